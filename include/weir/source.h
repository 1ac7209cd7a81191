// Names to bytes: what a SRC argument or a source template stands for, and how to read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/period.h"
#include "weir/progress.h"
#include "weir/result.h"

namespace weir {

// One object that can be read, and which version of it. `uri` is a path, "-", s3://… or https://…, without secrets:
// what a web address loses (user:password@ and the query), the Sources that gave the Object remembers, so it can open
// it.
struct Object {
  std::string uri;
  std::optional<std::uint64_t> bytes;  // unknown for stdin and chunked responses
  // Tells this version from any other without reading it: S3 etag (+ version id) and size; a strong https etag; local
  // size, mtime and inode. Empty when the transport cannot tell, and then the content hash decides.
  std::string version;
  std::int64_t modified_ns = 0;  // Unix time, 0 unknown
  // What the server says of all bytes together, as source/checksum.h writes it; empty when it says nothing. A stream of
  // the whole object has checked it by its end.
  std::string checksum{};
};

// How often whoever reads an object begins again when it is replaced meanwhile.
inline constexpr int restarts_max = 2;

// Bytes of one object, in order, once. Not thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Up to buffer.size() bytes; 0 only at the end (buffer.size() > 0). A short body, a changed object, a broken
  // connection and an interrupt are errors, never an early end.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
  // The object as the opened transfer told it (a version seen here is the version of the bytes read).
  [[nodiscard]] virtual const Object& object() const = 0;
  // Once read() has failed: true when it did because the object is another by now. Who can undo what was made of the
  // bytes so far may open it again.
  [[nodiscard]] virtual bool object_changed() const { return false; }
  // A path that opens the same stored bytes, all of them and at any place, while this stream lives; empty where there
  // is none, as of a pipe or a remote object. For readers that cannot take bytes in order.
  [[nodiscard]] virtual std::string reopening_path() const { return {}; }
};

// {YYYY}, {MM}, {DD} in a URI. Value type.
class UriTemplate {
 public:
  // Fails (usage) when there is no {YYYY} or no {MM}, or an unknown {placeholder}. Errors hide what display_name hides.
  static Result<UriTemplate> parse(std::string_view text);
  // As written, a scheme in small letters.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] Granularity granularity() const;
  [[nodiscard]] std::string uri(const Period& period) const;
  // The period whose uri() this is; nullopt when it is none (also for impossible dates).
  [[nodiscard]] std::optional<Period> match(std::string_view uri) const;

 private:
  std::string text_;
};

// How to reach S3 and the web. Empty strings: take it from the environment and files, as the AWS tools do.
struct AccessOptions {
  std::string region;
  std::string profile;
  std::string endpoint_url;
  bool no_sign_request = false;
};

// A file on its way to a place where it is seen whole, or never. Not thread-safe.
class Upload {
 public:
  // Unless it was finished, what was sent is taken back.
  virtual ~Upload() = default;
  // Makes it seen, in place of what was there, and looks whether it is; also where the process is interrupted, so that
  // of several uploads not only some are finished.
  virtual Status finish() = 0;
};

// The transports behind one door. Thread-safe: objects may be listed and read from several threads at once.
class Sources {
 public:
  virtual ~Sources() = default;
  // The objects a SRC argument names, in ascending order of URI: itself, or what a glob (*, ?, [..]) matches. A glob
  // that matches nothing, a missing file or a directory is an error (kind missing or failed) that says what was looked
  // for.
  [[nodiscard]] virtual Result<std::vector<Object>> expand(const std::string& src) = 0;
  // nullopt: it is not there. An error: it could not be told (access, network).
  [[nodiscard]] virtual Result<std::optional<Object>> stat(const std::string& uri) = 0;
  // Every object whose URI matches the template and lies in [first, last], ascending by period.
  struct Listed {
    Period period;
    Object object;
    std::optional<Error> error{};  // it is listed, but could not be looked at: of the object only the URI is known
  };
  [[nodiscard]] virtual Result<std::vector<Listed>> list(const UriTemplate& uri_template, const Period& first,
                                                         const Period& last) = 0;
  // What stat() says of each, in their order. Several are asked at once where that saves waiting; after an interrupt
  // the rest are errors of that kind.
  using Looks = std::vector<Result<std::optional<Object>>>;
  [[nodiscard]] Looks stat_all(const std::vector<std::string>& uris);
  // What there is for each of `periods`, in their order: as stat() of its URI tells, or a listing, where that takes
  // fewer requests. A listing may know less of a version (S3 lists no version ids). The default looks at each.
  [[nodiscard]] virtual Looks find(const UriTemplate& uri_template, const std::vector<Period>& periods);
  [[nodiscard]] virtual Result<std::unique_ptr<ByteStream>> open(const std::string& uri) = 0;
  // From byte `offset` of exactly that version on: what resuming a download needs. Fails when the object is another
  // version by now, or ends before `offset`. The default reads and discards what lies before; transports with ranged
  // reads do better.
  [[nodiscard]] virtual Result<std::unique_ptr<ByteStream>> open_at(const std::string& uri, std::uint64_t offset,
                                                                    const std::string& version);
  // Sends the file at `path` to `uri`, where nothing is seen of it before finish(). `progress` may be null; its total
  // grows by the file's size. Errors: what the server said; interrupted. The default refuses (usage): only S3 can be
  // written to.
  [[nodiscard]] virtual Result<std::unique_ptr<Upload>> upload(const std::string& path, const std::string& uri,
                                                               Progress* progress);
};

[[nodiscard]] std::unique_ptr<Sources> make_sources(AccessOptions options);

// True for s3://, http:// and https://, in capitals too; everything else is a path or "-".
[[nodiscard]] bool is_remote(std::string_view uri);

// A URI, or a source template, as it may be printed and stored where there is no Object to take it from: a web address
// without user, password and query, all else as it is. Pure.
[[nodiscard]] std::string display_name(std::string_view uri);

}  // namespace weir
