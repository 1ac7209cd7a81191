#include "cli/common_flags.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>

#include "cli/choice.h"
#include "cli/values.h"

namespace weir::cli {
namespace {

constexpr const char* group = "Common options";

constexpr std::array<Choice<Format>, 5> formats{{{"table", Format::table},
                                                 {"json", Format::json},
                                                 {"ndjson", Format::ndjson},
                                                 {"csv", Format::csv},
                                                 {"markdown", Format::markdown}}};
constexpr std::array<Choice<ProgressMode>, 5> progress_modes{{{"auto", ProgressMode::automatic},
                                                              {"bar", ProgressMode::bar},
                                                              {"log", ProgressMode::log},
                                                              {"json", ProgressMode::json},
                                                              {"none", ProgressMode::none}}};
constexpr std::array<Choice<LogFormat>, 2> log_formats{{{"text", LogFormat::text}, {"json", LogFormat::json}}};

// 0: no terminal.
unsigned terminal_columns() {
  constexpr unsigned usual = 80;
  if (::isatty(STDOUT_FILENO) != 1) return 0;
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

}  // namespace

void CommonFlags::add_to(CLI::App& app) {
  app.add_option("-f,--format", format_, "How to write the data; the default is a table")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(words_of(formats)))
      ->group(group);
  app.add_option("-o,--output", output_, "Write the data to FILE, whole or not at all")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("-q,--quiet", quiet_, "Say nothing but errors")->group(group);
  app.add_flag("-v,--verbose", verbose_, "Say more")->group(group);
  app.add_option("--threads", threads_, "How many threads read and count; the default is one a core")
      ->type_name("N")
      ->group(group);
  app.add_option("--memory-limit", memory_limit_,
                 "What counting or the database may hold before it spills to disk, as 512MB")
      ->type_name("SIZE")
      ->group(group);
  app.add_option("--progress", progress_, "How to show progress; auto is a bar on a terminal")
      ->type_name("HOW")
      ->check(CLI::IsMember(words_of(progress_modes)))
      ->group(group);
  app.add_option("--log-format", log_format_, "How messages are written to standard error")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(words_of(log_formats)))
      ->group(group);
}

Result<CommonSettings> CommonFlags::resolve(const FileConfig& config) const {
  CommonSettings settings;
  settings.output_file = output_;
  settings.verbosity = quiet_ ? Verbosity::quiet : verbose_ ? Verbosity::verbose : Verbosity::normal;
  settings.colour_messages = colour_wanted(STDERR_FILENO);
  if (!output_) settings.style = {colour_wanted(STDOUT_FILENO), terminal_columns()};
  WEIR_TRY(choose(formats, setting_of("--format", format_, config, "format", config.format), settings.format));
  WEIR_TRY(choose(progress_modes, setting_of("--progress", progress_, config, "progress", config.progress),
                  settings.progress));
  WEIR_TRY(choose(log_formats, setting_of("--log-format", log_format_, config, "log_format", config.log_format),
                  settings.log_format));
  if (const auto limit = setting_of("--memory-limit", memory_limit_, config, "memory_limit", config.memory_limit)) {
    WEIR_TRY_ASSIGN(settings.memory_limit_bytes, parse_bytes(limit->said_by, limit->text));
  }
  if (threads_) {
    WEIR_TRY_ASSIGN(settings.threads, parse_threads("--threads", *threads_));
  } else if (config.threads) {
    WEIR_TRY_ASSIGN(settings.threads,
                    parse_threads(config.origin("threads") + ": threads", std::to_string(*config.threads)));
  }
  return settings;
}

}  // namespace weir::cli
