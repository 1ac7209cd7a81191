#include "source/s3_upload.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "source/checksum.h"
#include "source/retry.h"
#include "source/s3_checksum.h"
#include "source/s3_xml.h"

namespace weir::source {
namespace {

constexpr const char* what = "cannot write";
constexpr std::uint64_t least_part_bytes = std::uint64_t{8} << 20U;
constexpr std::uint64_t parts_max = 10'000;
constexpr int completions_max = 3;

// The object's type, for those who ask a server for it.
std::string content_type(std::string_view key) {
  using Type = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Type, 4> types{{{".parquet", "application/vnd.apache.parquet"},
                                       {".csv", "text/csv"},
                                       {".gz", "application/gzip"},
                                       {".zst", "application/zstd"}}};
  const auto* const found = std::ranges::find_if(types, [&](const Type& type) { return key.ends_with(type.first); });
  return std::string(found == types.end() ? "application/octet-stream" : found->second);
}

// The bytes that are sent.
class File {
 public:
  explicit File(const std::string& path) : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] Result<std::uint64_t> size() const {
    struct stat st {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &st) != 0) return failure();
    return static_cast<std::uint64_t>(st.st_size);
  }
  // Up to `size` of them from `offset` on.
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::uint64_t size) const {
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t got =
          ::pread(descriptor_, bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failure();
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
  }

 private:
  [[nodiscard]] tl::unexpected<Error> failure() const {
    return fail("cannot read", path_, std::strerror(errno), "try again; check the disk");
  }
  const std::string path_;
  const int descriptor_;
};

class S3Upload final : public Upload {
 public:
  S3Upload(std::shared_ptr<S3Client> client, S3Name name) : client_(std::move(client)), name_(std::move(name)) {}
  ~S3Upload() override {
    if (!id_.empty()) client_->abort_upload(name_, id_);
  }
  S3Upload(const S3Upload&) = delete;
  S3Upload& operator=(const S3Upload&) = delete;

  Status send(const std::string& path, Progress* progress) {
    const File file(path);
    WEIR_TRY_ASSIGN(bytes_, file.size());
    if (progress != nullptr) progress->bytes_total.fetch_add(bytes_, std::memory_order_relaxed);
    WEIR_TRY(begin());
    const std::uint64_t part_bytes = std::max(least_part_bytes, bytes_ / parts_max + 1);
    for (std::uint64_t sent = 0; sent < bytes_ || etags_.empty();) {
      if (interrupted()) return fail(ErrorKind::interrupted, "stopped writing", to_uri(name_), "interrupted");
      WEIR_TRY_ASSIGN(const std::string part, file.read(sent, std::min(part_bytes, bytes_ - sent)));
      if (part.empty() && sent < bytes_) return refusal("the file that is sent became shorter meanwhile");
      WEIR_TRY(send_part(part));
      sent += part.size();
      if (progress != nullptr) progress->bytes_read.fetch_add(part.size(), std::memory_order_relaxed);
    }
    return {};
  }

  Status finish() override {
    const std::string document = completion_document(etags_);
    HttpResponse response;
    for (int attempts = 1; attempts <= completions_max; ++attempts) {
      response = client_->send_until_answered({"POST", name_, {{"uploadId", id_}}, {xml_type}, document, true});
      // It may have gone wrong after the server has said that all is well.
      const bool is_completed = response.ok() && parse_s3_error(response.body).code.empty();
      if (is_completed || !response.ok()) break;
      response.status = 500;
      if (!wait_before_retry(attempts, [] { return false; })) break;
    }
    // An answer that got lost was asked for again, and the upload is no more: then the object tells.
    WEIR_TRY_ASSIGN(const bool is_there, look(response));
    if (!is_there) return tl::unexpected(client_->explain(what, name_, response, S3Access::write));
    id_.clear();
    return {};
  }

 private:
  static inline const NameValue xml_type{"content-type", "application/xml"};

  [[nodiscard]] tl::unexpected<Error> refusal(std::string why) const {
    return fail(what, to_uri(name_), std::move(why), "try again; check that --endpoint-url is an S3 server");
  }

  Status begin() {
    const HttpResponse response =
        client_->send_until_answered({"POST", name_, {{"uploads", ""}}, {{"content-type", content_type(name_.key)}}});
    if (!response.ok()) return tl::unexpected(client_->explain(what, name_, response, S3Access::write));
    id_ = parse_upload_id(response.body);
    return id_.empty() ? Status(refusal("the server does not tell the upload's id")) : Status();
  }

  Status send_part(const std::string& part) {
    const std::string number = std::to_string(etags_.size() + 1);
    const HttpResponse response =
        client_->send_until_answered({"PUT", name_, {{"partNumber", number}, {"uploadId", id_}}, {part_type}, part});
    if (!response.ok()) return tl::unexpected(client_->explain(what, name_, response, S3Access::write));
    std::string etag = response.header("etag");
    if (etag.empty()) return refusal(fmt::format("the server tells no etag of part {}", number));
    if (client_->verifies_checksums()) {
      ChecksumCheck check(s3_checksum(response));
      check.update(part);
      WEIR_TRY(check.verdict(what, to_uri(name_)));
    }
    etags_.push_back(std::move(etag));
    return {};
  }

  // Whether the object is what was sent, by its size; and where the answer to the completion does not say that it is,
  // by its etag: S3's is the MD5 of the parts' MD5s, and their number.
  Result<bool> look(const HttpResponse& completion) {
    WEIR_TRY_ASSIGN(const std::optional<Object> object, client_->stat(name_, true));
    if (!object) return false;
    if (completion.ok()) {
      if (object->bytes == bytes_) return true;
      return refusal(fmt::format("{} bytes were sent, and the object has {}", bytes_, object->bytes.value_or(0)));
    }
    return object->bytes == bytes_ && is_made_of_parts(etag_of_version(object->version));
  }

  [[nodiscard]] bool is_made_of_parts(std::string_view etag) const {
    const std::string number = fmt::format("-{}\"", etags_.size());
    if (!etag.starts_with('"') || !etag.ends_with(number)) return false;
    ChecksumCheck check(fmt::format("md5:{}", etag.substr(1, etag.size() - 1 - number.size())));
    for (const std::string& part : etags_) check.update(bytes_of_hex(part));
    return check.verdict(what, to_uri(name_)).has_value();
  }

  // Of an etag, in quotes.
  static std::string bytes_of_hex(std::string_view etag) {
    std::string bytes;
    for (std::size_t i = 1; i + 2 < etag.size(); i += 2) {
      bytes += static_cast<char>(std::strtol(std::string(etag.substr(i, 2)).c_str(), nullptr, 16));
    }
    return bytes;
  }

  static inline const NameValue part_type{"content-type", "application/octet-stream"};

  std::shared_ptr<S3Client> client_;
  const S3Name name_;
  std::string id_;  // empty: there is no upload, or it is completed
  std::uint64_t bytes_ = 0;
  std::vector<std::string> etags_;  // of the parts, as the server wrote them
};

}  // namespace

Result<std::unique_ptr<Upload>> upload_to_s3(std::shared_ptr<S3Client> client, S3Name name, const std::string& path,
                                             Progress* progress) {
  if (name.key.empty()) {
    return fail(ErrorKind::usage, what, to_uri(name), "it is a bucket, not an object in it", "name a key");
  }
  auto upload = std::make_unique<S3Upload>(std::move(client), std::move(name));
  WEIR_TRY(upload->send(path, progress));
  return upload;
}

}  // namespace weir::source
