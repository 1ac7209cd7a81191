// How documents of servers are read: one element, and nothing that could be more than it seems. Pure.
#pragma once

#include <string_view>

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace weir::source {

// Parses all of `text` into `document`; false: it is not well-formed. Entities of a DTD are never expanded.
[[nodiscard]] bool parse_xml(pugi::xml_document& document, std::string_view text);

// The only element, around which there is nothing but blanks, comments and declarations. Null: not so (a DTD among it).
[[nodiscard]] pugi::xml_node only_element(const pugi::xml_document& document);

}  // namespace weir::source
