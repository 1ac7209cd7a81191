#include "convert/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace weir::converting {
namespace {

constexpr const char* what = "cannot convert to";
constexpr mode_t new_file_mode = 0666;  // less the umask

bool is_there(const std::string& path) {
  struct stat st {};
  return ::lstat(path.c_str(), &st) == 0;
}

}  // namespace

Status check_vacant(const std::string& target, Sources& sources) {
  bool is_vacant = true;
  if (is_remote(target)) {
    WEIR_TRY_ASSIGN(const std::optional<Object> object, sources.stat(target));
    is_vacant = !object;
  } else {
    is_vacant = !is_there(target);
  }
  if (is_vacant) return {};
  return fail(ErrorKind::usage, what, target, "it is there already",
              "name another place, or add --force to replace it");
}

tl::unexpected<Error> NewFile::failure(int error_number) const {
  const bool refused = error_number == EACCES || error_number == EPERM || error_number == EROFS;
  return fail(refused ? ErrorKind::access : ErrorKind::failed, what, target_,
              std::generic_category().message(error_number),
              error_number == ENOSPC ? "make room there, or name another place" : "name another place");
}

Status NewFile::make_folders() {
  std::vector<std::string> missing;
  for (std::filesystem::path folder = std::filesystem::path(target_).parent_path();
       !folder.empty() && !is_there(folder.string()); folder = folder.parent_path()) {
    missing.push_back(folder.string());
  }
  for (; !missing.empty(); missing.pop_back()) {
    if (::mkdir(missing.back().c_str(), 0777) == 0) {
      made_folders_.push_back(missing.back());
    } else if (errno != EEXIST) {
      return failure(errno);
    }
  }
  return {};
}

Status NewFile::open_beside() {
  WEIR_TRY(make_folders());
  struct stat st {};
  if (::stat(target_.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return failure(EISDIR);
  const std::string path = fmt::format("{}.tmp-{}", target_, ::getpid());
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, new_file_mode);
  if (descriptor_ < 0) return failure(errno);
  path_ = path;
  return {};
}

Result<std::unique_ptr<NewFile>> NewFile::create(const std::string& target, Sources& sources) {
  std::unique_ptr<NewFile> file(new NewFile(target, sources));
  if (is_remote(target)) {
    WEIR_TRY_ASSIGN(TempFile unsent, TempFile::create("cannot keep what is to be sent in"));
    file->unsent_.emplace(std::move(unsent));
  } else {
    WEIR_TRY(file->open_beside());
  }
  return file;
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (published_) return;
  if (!path_.empty()) ::unlink(path_.c_str());
  for (; !made_folders_.empty(); made_folders_.pop_back()) ::rmdir(made_folders_.back().c_str());
}

Status NewFile::write(std::string_view bytes) {
  if (unsent_) return unsent_->write(bytes);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::string NewFile::open_path() const {
  return unsent_ ? unsent_->path() : fmt::format("/proc/self/fd/{}", descriptor_);
}

Result<std::uint64_t> NewFile::size() const {
  struct stat st {};
  if (::stat(open_path().c_str(), &st) != 0) return failure(errno);
  return static_cast<std::uint64_t>(st.st_size);
}

Status NewFile::settle(Progress* progress) {
  if (!unsent_) return ::fsync(descriptor_) == 0 ? Status() : Status(failure(errno));
  WEIR_TRY_ASSIGN(upload_, sources_.upload(unsent_->path(), target_, progress));
  return {};
}

Status NewFile::publish() {
  if (upload_) return upload_->finish();
  if (::rename(path_.c_str(), target_.c_str()) != 0) return failure(errno);
  published_ = true;
  // The name is on the disk once its folder is; where that cannot be synced the file is whole all the same.
  const std::string folder = std::filesystem::path(target_).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
  return {};
}

}  // namespace weir::converting
