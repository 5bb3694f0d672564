// The short names of emoji that a work chat uses; an unknown one stays as it was typed.

const NAMES = `
smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 slightly_smiling_face 🙂 wink 😉 blush 😊 thinking_face 🤔 sweat_smile 😅
cry 😢 sob 😭 worried 😟 disappointed 😞 confused 😕 neutral_face 😐 open_mouth 😮 tada 🎉 confetti_ball 🎊 sparkles ✨
wave 👋 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 raised_hands 🙌 pray 🙏 handshake 🤝 muscle 💪 ok_hand 👌
point_right 👉 point_left 👈 point_up ☝️ point_down 👇 eyes 👀 heart ❤️ green_heart 💚 blue_heart 💙 yellow_heart 💛 fire 🔥
raising_hand 🙋 crystal_ball 🔮 zzz 💤 scales ⚖️
star ⭐ star2 🌟 zap ⚡ boom 💥 rocket 🚀 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
negative_squared_cross_mark ❎ no_entry ⛔ no_entry_sign 🚫 warning ⚠️ rotating_light 🚨 exclamation ❗ heavy_exclamation_mark ❗
grey_exclamation ❕ question ❓ grey_question ❔ information_source ℹ️ bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬
hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ alarm_clock ⏰ clock1 🕐 clock3 🕒 clock9 🕘 calendar 📅 date 📅
spiral_calendar_pad 🗓️ calendar_spiral 🗓️ memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 page_facing_up 📄 page_with_curl 📃
bookmark_tabs 📑 open_file_folder 📂 file_folder 📁 card_index 📇 card_index_dividers 🗂️ file_cabinet 🗄️ paperclip 📎 pushpin 📌
round_pushpin 📍 link 🔗 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 gear ⚙️ wrench 🔧
hammer_and_wrench 🛠️ toolbox 🧰 shield 🛡️ email 📧 e-mail 📧 envelope ✉️ incoming_envelope 📨 envelope_with_arrow 📩 inbox_tray 📥
outbox_tray 📤 mailbox 📫 package 📦 label 🏷️ moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 pound 💷 credit_card 💳 receipt 🧾
bank 🏦 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 abacus 🧮 bulb 💡 computer 💻 desktop_computer 🖥️
iphone 📱 telephone_receiver 📞 phone ☎️ satellite_antenna 📡 globe_with_meridians 🌐 earth_africa 🌍 earth_americas 🌎
earth_asia 🌏 world_map 🗺️ house 🏠 office 🏢 department_store 🏬 factory 🏭 convenience_store 🏪 robot_face 🤖 bust_in_silhouette 👤
busts_in_silhouette 👥 briefcase 💼 necktie 👔 technologist 🧑‍💻 trophy 🏆 medal 🏅 sports_medal 🏅 first_place_medal 🥇 dart 🎯 gift 🎁
balloon 🎈 seedling 🌱 herb 🌿 evergreen_tree 🌲 sunny ☀️ cloud ☁️ coffee ☕ checkered_flag 🏁 triangular_flag_on_post 🚩
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrows_counterclockwise 🔄
repeat 🔁 leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ fast_forward ⏩ arrow_forward ▶️ double_vertical_bar ⏸️ new 🆕 free 🆓
up 🆙 ok 🆗 sos 🆘 heavy_plus_sign ➕ heavy_minus_sign ➖ large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 red_circle 🔴
large_blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥
large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸 black_small_square ▪️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ flag-fr 🇫🇷 fr 🇫🇷 flag-de 🇩🇪 de 🇩🇪 flag-gb 🇬🇧 gb 🇬🇧 uk 🇬🇧 flag-us 🇺🇸 us 🇺🇸 flag-eu 🇪🇺`;

const words = NAMES.trim().split(/\s+/);
const EMOJI = new Map();
for (let index = 0; index < words.length; index += 2) EMOJI.set(words[index], words[index + 1]);

/** The character of a short name, or null. */
export function emoji(name) {
  return EMOJI.get(name) || null;
}

/** Text with every known `:short_name:` replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) || whole);
}
