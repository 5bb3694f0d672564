"""What stands at a field of a form that will not do."""

from handlers.reader import N_, Reader


def field_error(reader: Reader, word: str, support: str, **facts: object) -> str:
    """What stands at a field that will not do, as plain text."""
    return reader.text(FIELD_ERRORS[word], support=support, **facts)


FIELD_ERRORS = {
    "missing": N_("Please fill this in."),
    "empty": N_("Please fill this in."),
    "too_long": N_("This is too long. Please shorten it."),
    "unreadable": N_("There are characters in this text that cannot be read. Please type it again."),
    "not_offered": N_("Please choose one from the list."),
    "too_many_people": N_("Please choose five people at most."),
    "not_an_email": N_("Please type one e-mail address, such as name@dupont.example."),
    "not_a_percentage": N_("Please type a number with up to two decimals, such as 12.5."),
    "percentage_too_high": N_("This is more than the programme allows. Please type a smaller number."),
    "not_a_website": N_("Please type a web address, such as https://dupont.example."),
    "not_a_country": N_("Please choose a country from the list."),
    "postal_code_missing": N_("Your country has postal codes: please type yours, such as {postal_code}."),
    "not_a_postal_code": N_(
        "This is not a postal code of the country that you have chosen. One of its codes is {postal_code}."
    ),
    "not_a_phone_number": N_(
        "This is not a telephone number. Please type one number without an extension, such as {phone}."
    ),
    "not_accepted": N_("Please accept the terms and conditions to go on."),
    "not_a_number_of_licences": N_("Please type a whole number from 1 to 1,000,000."),
    "not_a_number_in_use": N_("Please type a whole number from 0 to 1,000,000."),
    "unreachable": N_("Please fill in an e-mail address or a telephone number, or both."),
    "licences_in_use": N_("Please type {in_use} or more: so many are in use."),
    "not_a_domain": N_("This is not a domain. It should look like dupont.example."),
    "has_path": N_("Please type the domain only, without what follows the slash."),
    "has_port": N_("Please type the domain only, without the port number."),
    "is_email": N_("This is an e-mail address. Please type the domain only, which follows the @."),
    "ip_address": N_("This is an IP address. Please type the domain, such as dupont.example."),
    "public_suffix": N_("Nobody can own this ending by itself. Please type the whole domain, such as dupont.example."),
    "bad_characters": N_("There are characters that a domain cannot have. Is it spelled right?"),
    "already_yours": N_("You have this customer already. Look for it in your list."),
    "too_many_letters": N_(
        "Enough letters have been sent for this customer lately. You can send the next one from {again} on."
    ),
    "too_many_letters_there": N_(
        "This address has had enough letters of your company lately. You can send the next one there from {again} on."
    ),
    "too_many_letters_in_all": N_(
        "Your company has had enough of these letters sent lately. You can send the next one from {again} on."
    ),
    "taken": N_("This domain cannot be added. Please write to {support}: we will sort it out with you."),
    "no_file": N_("Please add a file."),
    "file_too_large": N_("This file is too large. Please split your list into several files."),
    "not_a_date": N_("Please choose a date."),
    "date_over": N_("This day is over. Please choose today or a later day."),
    "date_too_far": N_("This is more than five years ahead. Please choose an earlier day."),
    "not_days": N_("Please type whole numbers of days from 0 to 366, separated by commas, such as 7, 3, 1."),
    "not_dates": N_("Please type days with their year, such as 24 Dec 2026 or 2026-12-24, separated by commas."),
    "bot_not_in_channel": N_("I am not in this channel. Type `/invite @Partner Desk` there, then save again."),
    "channel_gone": N_("Nothing can be posted in this channel. Please choose another one."),
}
