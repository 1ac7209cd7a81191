#include "cli/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "cli/nearest.h"

namespace weir::cli {
namespace {

// A text that may be written as a number: max_rejects = 100.
struct NumberOrText {
  std::optional<std::string> FileConfig::*member;
};
using Member =
    std::variant<std::optional<std::string> FileConfig::*, NumberOrText, std::optional<unsigned> FileConfig::*,
                 std::optional<double> FileConfig::*, std::optional<bool> FileConfig::*>;
struct Setting {
  std::string_view key;
  Member member;
};

constexpr std::array<Setting, 16> top_settings{{
    {"source", &FileConfig::source},
    {"source_name", &FileConfig::source_name},
    {"db", &FileConfig::db},
    {"max_rejects", NumberOrText{&FileConfig::max_rejects}},
    {"threads", &FileConfig::threads},
    {"memory_limit", NumberOrText{&FileConfig::memory_limit}},
    {"wait", &FileConfig::wait_s},
    {"format", &FileConfig::format},
    {"progress", &FileConfig::progress},
    {"log_format", &FileConfig::log_format},
    {"missing", &FileConfig::missing},
    {"personal_mail", &FileConfig::personal_mail},
    {"delimiter", &FileConfig::delimiter},
    {"notify", &FileConfig::notify},
    {"metrics_file", &FileConfig::metrics_file},
    {"no_header", &FileConfig::no_header},
}};
constexpr std::array<Setting, 4> s3_settings{{
    {"region", &FileConfig::region},
    {"profile", &FileConfig::profile},
    {"endpoint_url", &FileConfig::endpoint_url},
    {"no_sign_request", &FileConfig::no_sign_request},
}};
constexpr std::array<std::string_view, 3> section_names{"columns", "fill", "s3"};

const Setting* find_setting(std::span<const Setting> settings, std::string_view key) {
  const auto* const found = std::find_if(settings.data(), settings.data() + settings.size(),
                                         [key](const Setting& setting) { return setting.key == key; });
  return found == settings.data() + settings.size() ? nullptr : found;
}

std::vector<std::string_view> keys_of(std::span<const Setting> settings) {
  std::vector<std::string_view> keys;
  for (const Setting& setting : settings) keys.push_back(setting.key);
  return keys;
}

bool names_a_secret(std::string_view key) {
  constexpr std::array<std::string_view, 5> words{"password", "passwd", "secret", "token", "access_key"};
  return std::any_of(words.begin(), words.end(),
                     [key](std::string_view word) { return key.find(word) != std::string_view::npos; });
}

std::string_view type_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string: return "text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::array: return "a list";
    case toml::node_type::table: return "a table";
    default: return "a date or time";
  }
}

// Reads one parsed file into a FileConfig; the first thing wrong ends it.
class Reader {
 public:
  explicit Reader(std::string path) : path_(std::move(path)) {}
  Status read(const toml::table& root);
  FileConfig take() { return std::move(config_); }

 private:
  // A key where it stands: `section` is empty at the top.
  struct Place {
    std::string section;
    std::string key;
    std::string where;  // "weir.toml:3"
    [[nodiscard]] std::string name() const { return section.empty() ? key : section + "." + key; }
  };
  [[nodiscard]] Place place(std::string_view section, const toml::key& key) const {
    return {std::string(section), std::string(key.str()), fmt::format("{}:{}", path_, key.source().begin.line)};
  }
  template <class ReadKey>
  Status each(std::string_view section, const toml::table& table, ReadKey read_key) const;
  Status read_section(const Place& at, const toml::node& node);
  Status read_setting(const Place& at, std::span<const Setting> settings, const toml::node& node);
  Status read_columns(const Place& at, const toml::node& node);
  Status read_fill(const Place& at, const toml::node& node);
  Result<Field> field(const Place& at);
  Status assign(const Place& at, const Member& member, const toml::node& node);

  std::string path_;
  FileConfig config_;
};

tl::unexpected<Error> broken(const std::string& where, std::string why, std::string next = {}) {
  return fail(ErrorKind::usage, "cannot use", where, std::move(why), std::move(next));
}

tl::unexpected<Error> wrong_type(const std::string& where, std::string_view key, std::string_view expected,
                                 const toml::node& node) {
  return broken(where, fmt::format("\"{}\" is {}, and {} was expected", key, type_of(node), expected));
}

// Names the nearest key, or the place where the key would be right.
tl::unexpected<Error> unknown_key(const std::string& section, const std::string& key, const std::string& where,
                                  std::span<const Setting> settings) {
  if (names_a_secret(key)) {
    return broken(where, fmt::format("\"{}\" is no setting: passwords and keys are not kept in weir.toml", key),
                  "use the AWS_* variables or a profile of ~/.aws/credentials");
  }
  if (section.empty() && find_setting(s3_settings, key) != nullptr) {
    return broken(where, fmt::format("\"{}\" belongs under [s3]", key));
  }
  if (!section.empty() && find_setting(top_settings, key) != nullptr) {
    return broken(where, fmt::format("\"{}\" belongs above the first [section], not under [{}]", key, section));
  }
  std::vector<std::string_view> keys = keys_of(settings);
  if (section.empty()) keys.insert(keys.end(), section_names.begin(), section_names.end());
  const std::string in_section = section.empty() ? "" : fmt::format(" in [{}]", section);
  return broken(where, fmt::format("unknown key \"{}\"{}{}", key, in_section, did_you_mean(key, keys)),
                fmt::format("known are: {}", fmt::join(keys, ", ")));
}

template <class ReadKey>
Status Reader::each(std::string_view section, const toml::table& table, ReadKey read_key) const {
  for (const auto& [key, node] : table) WEIR_TRY(read_key(place(section, key), node));
  return {};
}

Status Reader::read(const toml::table& root) {
  return each("", root, [this](const Place& at, const toml::node& node) {
    const bool section = std::find(section_names.begin(), section_names.end(), at.key) != section_names.end();
    return section ? read_section(at, node) : read_setting(at, top_settings, node);
  });
}

Status Reader::read_section(const Place& at, const toml::node& node) {
  const toml::table* const table = node.as_table();
  if (table == nullptr) return wrong_type(at.where, at.key, fmt::format("a section [{}]", at.key), node);
  return each(at.key, *table, [&](const Place& inner, const toml::node& value) {
    if (at.key == "columns") return read_columns(inner, value);
    if (at.key == "fill") return read_fill(inner, value);
    return read_setting(inner, s3_settings, value);
  });
}

Status Reader::read_setting(const Place& at, std::span<const Setting> settings, const toml::node& node) {
  const Setting* const setting = find_setting(settings, at.key);
  if (setting == nullptr) return unknown_key(at.section, at.key, at.where, settings);
  WEIR_TRY(assign(at, setting->member, node));
  config_.origins[at.name()] = at.where;
  return {};
}

Result<Field> Reader::field(const Place& at) {
  const std::optional<Field> field = field_named(at.key);
  if (!field) {
    std::vector<std::string_view> words;
    const std::size_t known = at.section == "columns" ? stored_field_count : field_count;
    for (std::size_t i = 0; i < known; ++i) words.push_back(name_of(static_cast<Field>(i)));
    return broken(at.where,
                  fmt::format("unknown field \"{}\" in [{}]{}", at.key, at.section, did_you_mean(at.key, words)),
                  fmt::format("the fields are: {}", fmt::join(words, ", ")));
  }
  // Also when the file says it by two words, as `email` and `users`.
  const std::string name = fmt::format("{}.{}", at.section, name_of(*field));
  if (!config_.origins.emplace(name, at.where).second) {
    return broken(at.where, fmt::format("the field {} is named twice in [{}]", name_of(*field), at.section),
                  "keep one of the two lines; a list gives a field several columns");
  }
  return *field;
}

Status Reader::read_columns(const Place& at, const toml::node& node) {
  WEIR_TRY_ASSIGN(const Field target, field(at));
  const auto index = static_cast<std::size_t>(target);
  if (index >= stored_field_count) {
    return broken(at.where, fmt::format("no column carries \"{}\": it is made from {}", at.key,
                                        target == Field::company ? "email" : "timestamp"));
  }
  std::vector<std::string>& names = config_.columns.alternatives[index];
  constexpr std::string_view expected = "a column's name, or a list of names,";
  if (const auto* const text = node.as_string()) names.push_back(text->get());
  const toml::array* const list = node.as_array();
  if (list == nullptr && names.empty()) return wrong_type(at.where, at.key, expected, node);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* const text = list->get(i)->as_string();
    if (text == nullptr)
      return broken(at.where, fmt::format("\"{}\" lists {}, and names were expected", at.key, type_of(*list->get(i))));
    names.push_back(text->get());
  }
  if (names.empty() || std::find(names.begin(), names.end(), "") != names.end()) {
    return broken(at.where, fmt::format("\"{}\" names no column", at.key), "write it as email = \"client_id\"");
  }
  return {};
}

Status Reader::read_fill(const Place& at, const toml::node& node) {
  WEIR_TRY_ASSIGN(const Field target, field(at));
  const auto* const text = node.as_string();
  if (text == nullptr) return wrong_type(at.where, at.key, "text", node);
  config_.fill[static_cast<std::size_t>(target)] = text->get();
  return {};
}

Status Reader::assign(const Place& at, const Member& member, const toml::node& node) {
  if (const auto* const text = std::get_if<std::optional<std::string> FileConfig::*>(&member)) {
    if (!node.is_string()) return wrong_type(at.where, at.key, "text", node);
    config_.*(*text) = node.as_string()->get();
  } else if (const auto* const either = std::get_if<NumberOrText>(&member)) {
    if (!node.is_string() && !node.is_integer()) {
      return wrong_type(at.where, at.key, "a whole number or text", node);
    }
    config_.*(either->member) =
        node.is_string() ? node.as_string()->get() : fmt::format("{}", node.as_integer()->get());
  } else if (const auto* const whole = std::get_if<std::optional<unsigned> FileConfig::*>(&member)) {
    if (!node.is_integer()) return wrong_type(at.where, at.key, "a whole number", node);
    const std::int64_t value = node.as_integer()->get();
    if (value < 0 || value > std::numeric_limits<unsigned>::max()) {
      return broken(at.where, fmt::format("\"{}\" is {}, which is out of range", at.key, value));
    }
    config_.*(*whole) = static_cast<unsigned>(value);
  } else if (const auto* const number = std::get_if<std::optional<double> FileConfig::*>(&member)) {
    if (!node.is_number()) return wrong_type(at.where, at.key, "a number", node);
    config_.*(*number) = node.value<double>();
  } else {
    if (!node.is_boolean()) return wrong_type(at.where, at.key, "true or false", node);
    config_.*(std::get<std::optional<bool> FileConfig::*>(member)) = node.as_boolean()->get();
  }
  return {};
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

tl::unexpected<Error> unreadable(const std::string& path, int error) {
  return fail(ErrorKind::usage, "cannot read", path, std::generic_category().message(error),
              error == ENOENT ? "" : "make it readable, or move it away");
}

Result<std::string> read_text(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) return unreadable(path, errno);
  std::string text;
  std::array<char, 4096> piece{};
  std::size_t got = 0;
  while ((got = std::fread(piece.data(), 1, piece.size(), file.get())) > 0) text.append(piece.data(), got);
  if (std::ferror(file.get()) != 0) return unreadable(path, errno);
  return text;
}

Result<FileConfig> parse_config(const std::string& path, const std::string& text) {
  try {
    Reader reader(path);
    WEIR_TRY(reader.read(toml::parse(text, path)));
    return reader.take();
  } catch (const toml::parse_error& error) {
    return broken(fmt::format("{}:{}", path, error.source().begin.line),
                  fmt::format("it is not TOML: {}", error.description()), "write settings as key = \"value\"");
  }
}

// Nothing where there is no such file.
Result<FileConfig> load_if_there(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (path.empty() || status.type() == std::filesystem::file_type::not_found) return FileConfig{};
  return load_config(path);
}

void overlay(const Member& member, FileConfig& base, const FileConfig& over) {
  std::visit(
      [&](const auto& alternative) {
        const auto pointer = [&alternative] {
          if constexpr (std::is_same_v<std::decay_t<decltype(alternative)>, NumberOrText>) {
            return alternative.member;
          } else {
            return alternative;
          }
        }();
        if (over.*pointer) base.*pointer = over.*pointer;
      },
      member);
}

FileConfig laid_over(FileConfig base, const FileConfig& over) {
  for (const Setting& setting : top_settings) overlay(setting.member, base, over);
  for (const Setting& setting : s3_settings) overlay(setting.member, base, over);
  for (std::size_t i = 0; i < stored_field_count; ++i) {
    if (!over.columns.alternatives[i].empty()) base.columns.alternatives[i] = over.columns.alternatives[i];
  }
  for (std::size_t i = 0; i < field_count; ++i) {
    if (over.fill[i]) base.fill[i] = over.fill[i];
  }
  for (const auto& [key, where] : over.origins) base.origins[key] = where;
  return base;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before threads, see the header
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

std::string FileConfig::origin(std::string_view key) const {
  const auto found = origins.find(key);
  return found == origins.end() ? std::string() : found->second;
}

Result<FileConfig> load_config(const std::string& path) {
  WEIR_TRY_ASSIGN(const std::string text, read_text(path));
  return parse_config(path, text);
}

ConfigPlaces config_places() {
  ConfigPlaces places;
  const std::string xdg = variable("XDG_CONFIG_HOME");
  const std::string home = variable("HOME");
  if (xdg.starts_with('/')) {
    places.global = xdg + "/weir/weir.toml";
  } else if (!home.empty()) {
    places.global = home + "/.config/weir/weir.toml";
  }
  return places;
}

Result<FileConfig> load_configs(const ConfigPlaces& places) {
  WEIR_TRY_ASSIGN(FileConfig global, load_if_there(places.global));
  WEIR_TRY_ASSIGN(const FileConfig local, load_if_there(places.local));
  return laid_over(std::move(global), local);
}

}  // namespace weir::cli
