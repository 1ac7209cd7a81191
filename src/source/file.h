// Local names: paths, globs, templates of paths, special files and stdin. All functions are thread-safe.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "weir/source.h"

namespace weir::source {

// A path, or the files that a glob (POSIX glob(3), hidden files only when asked for) matches, ascending bytewise. A
// path that exists as written is that file, whatever characters it has. Directories that a glob matches are passed
// over.
[[nodiscard]] Result<std::vector<Object>> expand_files(const std::string& pattern);

// nullopt: no such file. A directory, or a path that may not be looked at, is an error.
[[nodiscard]] Result<std::optional<Object>> stat_file(const std::string& path);

// The files of a template in [first, last], ascending. Opens only directories that a period in the range can lie in;
// those that do not exist hold nothing. One of some periods that may not be opened is an error of each of those in the
// range, whether or not there is a file; one that all of them lie in is an error of the whole.
[[nodiscard]] Result<std::vector<Sources::Listed>> list_files(const UriTemplate& uri_template, const Period& first,
                                                              const Period& last);

// From byte `offset`; a non-empty `version` must be the file's. A regular file that is written to or cut while it is
// read is an error at its end. Pipes, FIFOs and devices are read until they end; they have no offset to go to.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_file(const std::string& path, std::uint64_t offset,
                                                            const std::string& version);

// Descriptor 0, which stays open.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_stdin();

// What the file system tells of an open or named file; `st` is a struct stat.
[[nodiscard]] Object describe_file(const std::string& path, const struct ::stat& st);

// What to tell about an errno: kind access for permissions, missing for absence.
[[nodiscard]] Error file_error(const std::string& path, int error_number);

}  // namespace weir::source
