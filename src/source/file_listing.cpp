#include <dirent.h>
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "source/file.h"
#include "source/glob.h"
#include "source/template_fields.h"

namespace weir::source {
namespace {

struct FreeGlob {
  void operator()(glob_t* found) const {
    globfree(found);
    delete found;
  }
};

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

tl::unexpected<Error> nothing_matches(const std::string& pattern, bool directories) {
  return fail(ErrorKind::missing, "no file matches", pattern,
              directories ? "only directories do" : "nothing of that name is there",
              directories ? "name the files in them: add /* to the pattern" : "check the pattern and the directory");
}

Result<std::vector<Object>> expand_glob(const std::string& pattern) {
  const std::unique_ptr<glob_t, FreeGlob> found(new glob_t{});
  const int outcome = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, found.get());
  if (outcome == GLOB_NOMATCH) return nothing_matches(pattern, false);
  if (outcome != 0) return fail("cannot look for", pattern, "a directory could not be read, or memory ran out");
  std::vector<Object> objects;
  for (std::size_t i = 0; i < found->gl_pathc; ++i) {
    const std::string path = found->gl_pathv[i];
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) return tl::unexpected(file_error(path, errno));
    if (!S_ISDIR(st.st_mode)) objects.push_back(describe_file(path, st));
  }
  if (objects.empty()) return nothing_matches(pattern, true);
  std::sort(objects.begin(), objects.end(), [](const Object& a, const Object& b) { return a.uri < b.uri; });
  return objects;
}

std::vector<std::string_view> components_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    parts.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

// Follows a template through directories, one component at a time.
class TemplateWalk {
 public:
  TemplateWalk(const UriTemplate& uri_template, const Period& first, const Period& last)
      : template_(uri_template), first_(first), last_(last), parts_(components_of(uri_template.text())) {}

  Result<std::vector<Sources::Listed>> run() && {
    WEIR_TRY(enter("", 0, {}));
    std::sort(found_.begin(), found_.end(),
              [](const Sources::Listed& a, const Sources::Listed& b) { return a.period < b.period; });
    return std::move(found_);
  }

 private:
  // `before`: the path so far, with its last '/'.
  Status enter(const std::string& before, std::size_t index, const DateFields& fields) {
    const std::string_view part = parts_[index];
    if (part.find('{') == std::string_view::npos) return step(before + std::string(part), index, fields);
    const std::unique_ptr<DIR, CloseDirectory> directory(opendir(before.empty() ? "." : before.c_str()));
    if (!directory && (errno == ENOENT || errno == ENOTDIR)) return {};
    if (!directory) return cannot_enter(file_error(before, errno), fields);
    while (const dirent* entry = next_entry(*directory)) {
      DateFields captured = fields;
      if (capture(part, entry->d_name, captured) && in_years(captured)) {
        WEIR_TRY(step(before + entry->d_name, index, captured));
      }
    }
    if (errno != 0) return cannot_enter(file_error(before, errno), fields);
    return {};
  }

  // What a folder of some periods holds is unknown, and the others go on. Without the folder of all there is no
  // listing.
  Status cannot_enter(Error error, const DateFields& fields) {
    if (fields.year < 0 && fields.month < 0 && fields.day < 0) return tl::unexpected(std::move(error));
    for (const Period& period : periods_of({first_, last_})) {
      const auto differs = [](int field, int other) { return field >= 0 && field != other; };
      const bool elsewhere =
          differs(fields.year, period.year) || differs(fields.month, period.month) || differs(fields.day, period.day);
      if (elsewhere || std::ranges::find(found_, period, &Sources::Listed::period) != found_.end()) continue;
      found_.push_back({period, Object{template_.uri(period), std::nullopt, "", 0}, error});
    }
    return {};
  }

  static const dirent* next_entry(DIR& directory) {
    errno = 0;
    return readdir(&directory);
  }

  [[nodiscard]] bool in_years(const DateFields& fields) const {
    return fields.year < 0 || (fields.year >= first_.year && fields.year <= last_.year);
  }

  Status step(const std::string& path, std::size_t index, const DateFields& fields) {
    if (index + 1 < parts_.size()) return enter(path + '/', index + 1, fields);
    const std::optional<Period> period = template_.match(path);
    if (!period || *period < first_ || *period > last_) return {};
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return {};
      found_.push_back({*period, Object{path, std::nullopt, "", 0}, file_error(path, errno)});
      return {};
    }
    if (!S_ISDIR(st.st_mode)) found_.push_back({*period, describe_file(path, st)});
    return {};
  }

  const UriTemplate& template_;
  Period first_;
  Period last_;
  std::vector<std::string_view> parts_;
  std::vector<Sources::Listed> found_;
};

}  // namespace

Result<std::vector<Object>> expand_files(const std::string& pattern) {
  if (pattern.empty()) return fail(ErrorKind::usage, "no file named", "''", "an empty path names nothing");
  WEIR_TRY_ASSIGN(std::optional<Object> object, stat_file(pattern));
  if (object) return std::vector<Object>{*std::move(object)};
  if (has_wildcards(pattern)) return expand_glob(pattern);
  return tl::unexpected(file_error(pattern, ENOENT));
}

Result<std::vector<Sources::Listed>> list_files(const UriTemplate& uri_template, const Period& first,
                                                const Period& last) {
  return TemplateWalk(uri_template, first, last).run();
}

}  // namespace weir::source
