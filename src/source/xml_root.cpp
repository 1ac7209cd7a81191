#include "source/xml_root.h"

#include <pugixml.hpp>

namespace weir::source {

bool parse_xml(pugi::xml_document& document, std::string_view text) {
  constexpr unsigned options = pugi::parse_default | pugi::parse_doctype | pugi::parse_fragment;
  return static_cast<bool>(document.load_buffer(text.data(), text.size(), options));
}

pugi::xml_node only_element(const pugi::xml_document& document) {
  pugi::xml_node found;
  for (const pugi::xml_node& node : document.children()) {
    switch (node.type()) {
      case pugi::node_element:
        if (found) return {};
        found = node;
        break;
      case pugi::node_declaration:
      case pugi::node_comment:
      case pugi::node_pi: break;
      case pugi::node_pcdata:
        if (std::string_view(node.value()).find_first_not_of(" \t\r\n") != std::string_view::npos) return {};
        break;
      default: return {};  // a DTD among them
    }
  }
  return found;
}

}  // namespace weir::source
