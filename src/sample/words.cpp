#include "sample/words.h"

#include <array>

namespace weir::sample {
namespace {

// Words fill lines.
// clang-format off
constexpr auto country_list = std::to_array<std::string_view>({
    "Palau", "France", "United States of America", "Germany", "India", "Korea, Republic of", "Brazil",
    "United Kingdom of Great Britain and Northern Ireland", "Japan", "Spain", "Italy", "Canada", "Mexico",
    "Côte d'Ivoire", "Netherlands", "Poland", "Congo, The Democratic Republic of the", "Australia", "Türkiye",
    "Sweden", "Bolivia, Plurinational State of", "Argentina", "Switzerland", "Lao People's Democratic Republic",
    "Portugal", "Viet Nam", "Indonesia", "Venezuela, Bolivarian Republic of", "Norway", "Austria", "Belgium",
    "Denmark", "Finland", "Falkland Islands (Malvinas)", "Ireland", "Iran, Islamic Republic of", "Greece", "Czechia",
    "Romania", "Hungary", "Tanzania, United Republic of", "Colombia", "Chile", "Peru", "Ecuador", "Uruguay",
    "Paraguay", "Holy See (Vatican City State)", "Nigeria", "Kenya", "South Africa", "Egypt", "Morocco", "Algeria",
    "Tunisia", "Ghana", "Senegal", "Cameroon", "Ethiopia", "Uganda", "Taiwan, Province of China", "China", "Thailand",
    "Philippines", "Malaysia", "Singapore", "Pakistan", "Bangladesh", "Sri Lanka", "Nepal",
    "Micronesia, Federated States of", "Korea, Democratic People's Republic of", "Israel", "Saudi Arabia",
    "United Arab Emirates", "Qatar", "Kuwait", "Oman", "Jordan", "Lebanon", "Iraq", "Palestine, State of",
    "Moldova, Republic of", "Ukraine", "Bulgaria", "Serbia", "Croatia", "Slovenia", "Slovakia", "Estonia", "Latvia",
    "Lithuania", "Bosnia and Herzegovina", "Montenegro", "North Macedonia", "Albania", "Georgia", "Armenia",
    "Azerbaijan", "Kazakhstan", "Uzbekistan", "Turkmenistan", "Kyrgyzstan", "Tajikistan", "Mongolia",
    "Russian Federation", "Belarus", "Iceland", "Luxembourg", "Malta", "Cyprus", "Monaco", "Andorra", "San Marino",
    "Liechtenstein", "New Zealand", "Fiji", "Papua New Guinea", "Samoa", "Tonga", "Vanuatu", "Kiribati", "Tuvalu",
    "Nauru", "Solomon Islands", "Marshall Islands", "Cuba", "Jamaica", "Haiti", "Dominican Republic", "Dominica",
    "Barbados", "Bahamas", "Belize", "Costa Rica", "Panama", "Guatemala", "Honduras", "Nicaragua", "El Salvador",
    "Guyana", "Suriname", "Trinidad and Tobago", "Grenada", "Saint Lucia", "Saint Vincent and the Grenadines",
    "Saint Kitts and Nevis", "Antigua and Barbuda", "Virgin Islands, British", "Virgin Islands, U.S.",
    "Saint Martin (French part)", "Sint Maarten (Dutch part)", "Saint Barthélemy",
    "Saint Helena, Ascension and Tristan da Cunha", "Bonaire, Sint Eustatius and Saba", "Curaçao", "Réunion",
    "Åland Islands", "Aruba", "Bermuda", "Cayman Islands", "Greenland", "Faroe Islands", "Gibraltar", "Guernsey",
    "Jersey", "Isle of Man", "Martinique", "Guadeloupe", "French Guiana", "French Polynesia", "New Caledonia",
    "Mayotte", "Macao", "Hong Kong", "Puerto Rico", "Guam", "American Samoa", "Northern Mariana Islands",
    "Cook Islands", "Niue", "Tokelau", "Pitcairn", "Norfolk Island", "Christmas Island", "Cocos (Keeling) Islands",
    "Wallis and Futuna", "Montserrat", "Anguilla", "Turks and Caicos Islands", "Angola", "Benin", "Botswana",
    "Burkina Faso", "Burundi", "Cabo Verde", "Central African Republic", "Chad", "Comoros", "Congo", "Djibouti",
    "Equatorial Guinea", "Eritrea", "Eswatini", "Gabon", "Gambia", "Guinea", "Guinea-Bissau", "Lesotho", "Liberia",
    "Libya", "Madagascar", "Malawi", "Maldives", "Mali", "Mauritania", "Mauritius", "Mozambique", "Namibia", "Niger",
    "Rwanda", "Sao Tome and Principe", "Seychelles", "Sierra Leone", "Somalia", "South Sudan", "Sudan", "Togo",
    "Yemen", "Zambia", "Zimbabwe", "Afghanistan", "Bahrain", "Bhutan", "Brunei Darussalam", "Cambodia", "Myanmar",
    "Syrian Arab Republic", "Timor-Leste", "Western Sahara", "Saint Pierre and Miquelon", "Svalbard and Jan Mayen",
    "Antarctica", "Bouvet Island", "French Southern Territories", "Heard Island and McDonald Islands",
    "South Georgia and the South Sandwich Islands", "British Indian Ocean Territory",
    "United States Minor Outlying Islands"});

constexpr auto uri_list = std::to_array<std::string_view>({
    "home", "search", "pricing", "blog", "docs", "login", "product", "cart", "news", "account", "about", "contact",
    "gallery", "archive", "forum", "careers", "events", "support", "settings", "signup", "download", "catalog",
    "partners", "press", "legal", "status", "community", "tutorials", "webinars", "roadmap", "reviews", "newsletter",
    "guides", "insights", "changelog", "security", "integrations", "research", "team", "labs"});

constexpr auto action_list = std::to_array<std::string_view>({
    "view", "click", "scroll", "search", "open", "share", "download", "save", "comment", "subscribe", "like",
    "follow", "rate", "upload", "print", "unsubscribe", "report", "invite"});

constexpr auto tag_list = std::to_array<std::string_view>({
    "travel", "music", "today's news", "cooking", "football", "finance", "women's health", "cinema", "weather",
    "gardening", "science", "children's books", "chess", "fashion", "cycling", "photography", "men's style",
    "history", "politics", "startups", "climate", "education", "hiking", "jazz", "baking", "art", "poetry",
    "robotics", "running", "tennis", "swimming", "knitting", "sailing", "architecture", "theatre", "opera", "design",
    "astronomy", "biology", "physics", "economics", "editor's choice", "housing", "transport", "energy", "farming",
    "fishing", "forestry", "nutrition", "yoga", "painting", "sculpture", "pottery", "carpentry", "camping", "skiing",
    "climbing", "rowing", "boxing", "karate", "basketball", "volleyball", "handball", "cricket", "rugby", "golf",
    "hockey", "surfing", "diving", "philosophy", "languages", "dictionaries", "maps", "museums", "castles", "bridges",
    "railways", "aviation", "shipping", "bicycles", "cars", "motorcycles", "beginner's luck", "puzzles", "crosswords",
    "board games", "card games", "video games", "comics", "animation", "documentaries", "podcasts", "radio",
    "television", "newspapers", "magazines", "libraries", "archives", "genealogy", "philately", "coins", "antiques",
    "markets", "insurance", "banking", "taxes", "pensions", "crypto", "stocks", "bonds", "real estate", "law",
    "justice", "elections", "diplomacy", "development", "migration", "human rights", "charity", "volunteering",
    "religion", "ethics", "psychology", "sociology", "anthropology", "archaeology", "geology", "oceans", "volcanoes",
    "glaciers", "deserts", "rainforest", "birds", "insects", "mammals", "reptiles", "horses", "dogs", "cats",
    "beekeeping", "vineyards", "cheese", "coffee", "tea", "chocolate", "bread", "soups", "salads", "spices", "vegan",
    "street food", "collector's corner", "perfume", "jewellery", "watches", "shoes", "tailoring", "weaving",
    "interiors", "lighting", "furniture", "kitchens", "gardens", "roses", "orchids", "mushrooms", "medicine",
    "surgery", "dentistry", "vaccines", "sleep", "fitness", "marathons", "triathlon", "chemistry", "mathematics",
    "statistics", "databases", "compilers", "networks", "privacy", "open source", "hardware", "satellites",
    "telescopes", "rockets", "drones", "batteries", "solar power", "wind power", "nuclear", "recycling", "water",
    "soil", "air quality", "cities", "villages", "islands", "mountains", "rivers", "lakes", "coasts", "winter",
    "spring", "summer", "autumn", "festivals", "circus", "dance", "ballet", "folk", "rock", "hip hop", "classical",
    "choirs", "instruments", "vinyl", "concerts", "traveller's tales"});

constexpr auto first_name_list = std::to_array<std::string_view>({
    "ann", "ben", "carla", "david", "eva", "felix", "grace", "henry", "irene", "jonas", "karin", "liam", "maria",
    "noah", "olga", "paul", "quinn", "rosa", "samuel", "tara", "uma", "victor", "wanda", "xavier", "yusuf", "zoe",
    "amina", "bruno", "chen", "dalia", "emil", "fatima", "george", "hana", "ivan", "julia", "kofi", "laura", "mateo",
    "nadia", "oscar", "priya", "ravi", "sofia", "tomas", "ursula", "viola", "walter", "ximena", "yara"});

constexpr auto company_beginning_list = std::to_array<std::string_view>({
    "amber", "north", "quill", "stone", "river", "copper", "maple", "silver", "harbor", "linden", "falcon", "juniper",
    "meadow", "ember", "granite", "willow", "saffron", "cobalt", "thistle", "orchard", "beacon", "summit", "lantern",
    "prairie", "cedar", "velvet", "aspen", "marble", "heron", "tundra", "canyon", "clover", "indigo", "pepper",
    "raven", "birch", "coral", "dune", "fjord", "glacier", "hazel", "ivory", "jasper", "kestrel", "larch", "mistral",
    "nimbus", "opal", "pebble", "quartz"});

constexpr auto company_ending_list = std::to_array<std::string_view>({
    "forge", "loom", "works", "field", "craft", "point", "ridge", "wood", "gate", "mill", "labs", "trade", "house",
    "bridge", "media", "soft", "line", "park", "ware", "hill", "press", "bank", "dale", "grove", "stream", "tech",
    "ford", "well", "brook", "yard", "crest", "view", "path", "light", "sons", "logic", "port", "mark", "stead",
    "cove", "garde", "motion", "span", "wave", "nest", "peak", "root", "shore", "tide", "vale"});

constexpr auto suffix_list = std::to_array<std::string_view>({
    "com", "com", "com", "com", "com", "org", "net", "info", "biz", "co.uk", "com", "net", "org", "com.br", "de",
    "co.jp"});

// clang-format on

}  // namespace

std::span<const std::string_view> countries() {
  return country_list;
}
std::span<const std::string_view> uris() {
  return uri_list;
}
std::span<const std::string_view> actions() {
  return action_list;
}
std::span<const std::string_view> tags() {
  return tag_list;
}
std::span<const std::string_view> first_names() {
  return first_name_list;
}
std::span<const std::string_view> company_beginnings() {
  return company_beginning_list;
}
std::span<const std::string_view> company_endings() {
  return company_ending_list;
}
std::span<const std::string_view> suffixes() {
  return suffix_list;
}

}  // namespace weir::sample
