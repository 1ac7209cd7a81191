// A database's URL, as far as a deployment file must know it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace weir::cli::schedule {

// The URL without what secrets.h finds: "postgresql://ann:secret@host/db?password=x&a=b" ->
// "postgresql://ann@host/db?a=b".
[[nodiscard]] std::string without_passwords(std::string_view url);

// The first host it names, without its port; its query's host= goes before, as libpq has it. Empty: none.
[[nodiscard]] std::string host_of(std::string_view url);

// "db:5432" -> "db", "[::1]:5432" -> "::1"
[[nodiscard]] std::string without_port(std::string_view host);

// Nobody else means the same machine by it: no host, a socket's folder, localhost and the loopback addresses.
[[nodiscard]] bool is_this_machine(std::string_view host);

}  // namespace weir::cli::schedule
