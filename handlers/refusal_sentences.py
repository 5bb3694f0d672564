"""Why not, and what to do next: a sentence or two for each reason. Its facts are filled in by handlers.refusals."""

from handlers.reader import N_

SENTENCES = {
    "unknown_person": N_("Slack did not tell us who you are. Please try again in a minute, or write to {support}."),
    "no_console": N_(
        "Your partnership is not for Workplace, so there is no customer console for it. "
        "The partner store is open to you. Would you like to offer Workplace as well? Write to {support}."
    ),
    "suspended": N_(
        "Your partnership is suspended: you can read everything, but change nothing. Please write to {support}."
    ),
    "reviewers_only": N_("Only the programme's reviewers can do this. Questions? Write to {support}."),
    "already_partner": N_("You are a partner already, with *{partner}*. Type `/partner` to see what you can do."),
    "may_not_apply": N_(
        "We have declined the application of *{company}* for good: there is no new form for it. "
        "Has something changed? Write to {support}."
    ),
    "apply_later": N_(
        "We have declined the application of *{company}* lately. You may apply again from {may_apply_at} on. "
        "Questions? Write to {support}."
    ),
    "no_application": N_(
        "This application does not wait for a decision any more, so there is nothing to change. "
        "Type `/partner` to see where you stand."
    ),
    "question_open": N_("The applicant of *{company}* has not answered yet what was asked on {asked_at}."),
    "own_application": N_("This is your own application. Somebody else has to decide on it."),
    "unknown_application": N_("This application does not exist any more. Please write to {support}."),
    "applicant_is_partner": N_("The applicant has joined another partner meanwhile. Please reject this application."),
    "not_on_trial": N_("*{organisation}* has a subscription already. There is no trial to extend."),
    "trial_ended": N_(
        "The trial of *{organisation}* ended on {ends_on} and cannot be extended any more. Nothing was deleted: "
        "start a subscription with `/partner-manage {domain}`, or write to {support}."
    ),
    "trial_at_longest": N_(
        "The trial of *{organisation}* has reached its limit of {longest_days} days; it ends on {ends_on}. "
        "To go on, start a subscription with `/partner-manage {domain}`, or write to {support}."
    ),
    "proven": N_(
        "*{domain}* is proven by now, so its details stand as they are. Is one of them wrong? Write to {support}."
    ),
    "trial_bought": N_(
        "The trial of *{organisation}* ended when its subscription began. Nothing was deleted: "
        "start a subscription again with `/partner-manage {domain}`, or write to {support}."
    ),
    "nothing_changes": N_("*{organisation}* has exactly this already, so there is nothing to change."),
    "undo_instead": N_(
        "*{organisation}* has exactly this today. To keep it, press *Undo* beside the planned change on its page."
    ),
    "already_planned": N_("Exactly this is planned already for *{organisation}*, from {effective_on} on."),
    "offer_changed": N_(
        "What this costs, or until when it runs, has changed meanwhile, so nothing was bought. Please open the page of "
        "*{organisation}* again."
    ),
    "change_paid": N_(
        "The renewal of *{organisation}* has been recorded with the change that is planned for {effective_on}. "
        "From that day on, you can change it again; or undo the renewal first, on its page."
    ),
    "nothing_to_undo": N_("There is nothing to undo for *{organisation}* any more. Please open its page again."),
    "undoing_changed": N_("What undoing does has changed meanwhile. Please open the page of *{organisation}* again."),
    "still_in_use": N_("*{organisation}* uses {in_use} licences by now, so this cannot be undone."),
    "unknown_note": N_("This note is not there any more. Please open the notes again."),
    "not_your_note": N_(
        "Somebody else has written this note. They can change it, and so can an admin of your company."
    ),
    "letter_on_its_way": N_("The e-mail to {email} is on its way already. You can send it again tomorrow."),
    "unknown_contact": N_("This contact is not there any more. Please open the page again."),
    "contacts_full": N_("A customer may have {most} contacts here. Please remove one first."),
    "cancellation_planned": N_(
        "The subscription of *{organisation}* is cancelled to {ends_on}. To keep it, press *Undo* on its page."
    ),
    "ends_at_once": N_(
        "The renewal of *{organisation}* has been due since {renews_on}. If you cancel the subscription now, it ends "
        "at once. Please open its page again to do so."
    ),
    "cannot_rest": N_("The date of *{organisation}* is too near for that: {due_on}."),
    "already_extended": N_("The trial of *{organisation}* has been extended already: it ends on {ends_on}."),
    "already_subscribed": N_("*{organisation}* has a subscription already. It renews on {renews_on}."),
    "already_renewed": N_("*{organisation}* has been renewed already: the next renewal is on {renews_on}."),
    "renewal_too_early": N_("The renewal of *{organisation}* can be recorded from {first_day} on, and not before."),
    "not_subscribed": N_("*{organisation}* has no subscription yet. Start one first."),
    "not_held": N_("*{domain}* can be added without asking anybody: please add it. Questions? Write to {support}."),
    "declined_lately": N_(
        "*{domain}* was asked for lately, and stays where it is. You may ask again from {again} on. "
        "Questions? Write to {support}."
    ),
    "asked_enough": N_("You have asked for enough customers today. Please go on tomorrow, or write to {support}."),
    "nothing_asked": N_("*{domain}* does not wait for an answer any more. Please add it to see how it stands."),
    "too_early": N_("*{domain}* still has time to answer. From {day} on you may ask the reviewers."),
    "unknown_conflict": N_("There is nothing like this to decide any more. Please write to {support}."),
    "ruled_already": N_("Who looks after *{domain}* has been decided meanwhile; the card in the channel says how."),
    "partner_cannot": N_("*{partner}* may take no customers in at present, so nothing can be moved there."),
    "unknown_plan": N_("This plan is not offered any more. Please choose another one."),
    "bad_period": N_(
        "I cannot read this period. Type a month (`/partner-report {month}`), "
        "a quarter (`/partner-report {quarter}`) or a year (`/partner-report {year}`)."
    ),
    "domain_missing": N_("Please type the domain too: `{command} dupont.example`."),
    "members_full": N_(
        "A company may have {most} people here, those invited included. There is room for {left} more. "
        "Remove somebody or revoke an invitation first; if you need more room, write to {support}."
    ),
    "unknown_member": N_("This person does not belong to your company any more. Please open the list again."),
    "last_admin": N_("A company needs an admin. Please make somebody else an admin first."),
    "guest_no_admin": N_(
        "Guests of this workspace may be members, but not admins. Please choose somebody else, or write to {support}."
    ),
    "unknown_invitation": N_("There is no such invitation for you. Please ask whoever told you of it."),
    "invitation_gone": N_(
        "This invitation of *{partner}* does not hold any more. An admin of the company can send a new one."
    ),
    "partner_suspended": N_(
        "The partnership of *{partner}* is suspended at the moment, so nobody can join. Questions? Write to {support}."
    ),
    "withdraw_first": N_(
        "Your own application for *{company}* is still open. Withdraw it first (type `/partner`), then accept."
    ),
    "not_yourself": N_("You cannot name yourself. Another reviewer can."),
    "not_a_person": N_("This is an app, or somebody who is not in Slack any more. Please choose somebody else."),
    "works_elsewhere": N_(
        "This person works for *{partner}* already, and a person works for one partner. Please choose somebody else."
    ),
    "applies_themself": N_(
        "This person's own application for *{company}* is open. Please decide on it first, or choose somebody else."
    ),
    "unknown_partner": N_("There is no such partner any more. Please look for it in the list of partners."),
    "own_partner": N_("You belong to *{partner}* yourself. Another reviewer has to change this."),
    "file_not_given": N_(
        "Slack did not give me this file. Please try again in a minute. If it happens again, write to {support}."
    ),
    "file_empty": N_("There is nothing in this file. Please save your list again, and choose that file."),
    "file_too_large": N_("This file is larger than {megabytes} MB. Please split your list into several files."),
    "file_too_heavy": N_(
        "There is far more in this workbook than a list of customers. Please copy the list into a new one, and choose "
        "that file."
    ),
    "file_too_many_rows": N_("There are more than {most} rows in this file. Please split it into several files."),
    "file_old_workbook": N_(
        "This workbook is in an old format, or has a password. Please save it as XLSX without a password, or as CSV."
    ),
    "file_web_page": N_(
        "This is a web page, whatever its name is. Please open it in a spreadsheet, and save it as XLSX or CSV."
    ),
    "file_unreadable": N_(
        "I cannot read this file. Please open it in a spreadsheet, save it anew as XLSX or CSV, and choose that file. "
        "Does it still not work? Write to {support}."
    ),
    "no_rows": N_("There are headings in this file, but no customers below them."),
    "import_gone": N_("This preview does not hold any more. Please import the file again."),
    "import_kept": N_(
        "This import was more than {hours} hours ago, and can no longer be undone in one go. You can still take off "
        "single customers: choose *Verify*, then *Remove*. Questions? Write to {support}."
    ),
    "import_running": N_(
        "Another file of your company is being imported. Please try again when that is done: it takes a minute at most."
    ),
    "bad_input": N_("Some of what was typed will not do. Please open the form again."),
}
