// The man page weir(1), made from the program that prints --help.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace weir::cli {

// roff with the man(7) macros: NAME, SYNOPSIS, DESCRIPTION, OPTIONS (the root's own), COMMANDS (each with its
// arguments, options and examples, which are its footer), EXIT STATUS, ENVIRONMENT, FILES, EXAMPLES (the root's
// footer), all text escaped. `date` is written as it is: 2021-04-24. The root's description is one sentence: it is the
// NAME too. Pure.
[[nodiscard]] std::string man_page(const CLI::App& root, std::string_view version, std::string_view date);

}  // namespace weir::cli
