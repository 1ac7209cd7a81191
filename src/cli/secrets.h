// Passwords where they do not belong: on a command line, which every user of a machine may see (ps).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::cli {

// Where a word such as "postgresql://ann:secret@host/db?password=secret" or "--db=…" holds passwords: offset and
// length of each. A password that should have been written with %XX, and holds a / or an @, is found too. Pure.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> passwords_in(std::string_view word);
[[nodiscard]] bool holds_password(std::string_view word);

// The words of the command line. In `argv` itself, which is what others see, the passwords and the secret of --notify
// become asterisks: call it first. Others may have seen them before that.
[[nodiscard]] std::vector<std::string> take_command_line(int argc, char** argv);

}  // namespace weir::cli
