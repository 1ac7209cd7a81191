// The transports behind one door: which of them a name belongs to.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "source/aws_settings.h"
#include "source/file.h"
#include "source/glob.h"
#include "source/remote_stream.h"
#include "source/s3_client.h"
#include "source/s3_upload.h"
#include "source/transfer_settings.h"
#include "source/url.h"
#include "source/web_client.h"
#include "weir/source.h"

namespace weir {
namespace source {
namespace {

constexpr std::size_t discard_bytes = std::size_t{64} * 1024;
constexpr std::size_t listed_from = 3;  // fewer are looked at, which tells their versions whole
constexpr const char* resume_what = "cannot resume";

bool is_s3(std::string_view uri) {
  return uri.starts_with("s3://");
}

Error not_found(std::string where, std::string why, std::string next) {
  return {ErrorKind::missing, "cannot read", std::move(where), std::move(why), std::move(next)};
}

// An object that was read to its end before: there is nothing left.
class EndedStream final : public ByteStream {
 public:
  explicit EndedStream(Object object) : object_(std::move(object)) {}
  Result<std::size_t> read(std::span<char>) override { return 0; }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  Object object_;
};

// Looked at before it is asked for, since what servers answer to a range that begins at the end differs.
Result<std::unique_ptr<ByteStream>> resume(std::unique_ptr<RemoteObject> remote, std::optional<Object> now,
                                           std::uint64_t offset, const std::string& version, const std::string& etag,
                                           const TransferSettings& transfer) {
  const std::string& where = remote->name();
  if (!now) return tl::unexpected(not_found(where, "it is no longer there", "start again with another object"));
  if (version.empty() || now->version != version) {
    return fail(resume_what, where,
                version.empty() ? "the server does not tell its version"
                                : "the object has changed since its first part was read",
                "start again");
  }
  if (now->bytes && offset > *now->bytes) {
    return fail(resume_what, where, fmt::format("it has {} bytes, fewer than the {} read", *now->bytes, offset),
                "start again");
  }
  if (now->bytes && offset == *now->bytes) return std::make_unique<EndedStream>(*std::move(now));
  return open_remote(std::move(remote), offset, etag, transfer);
}

class AllSources final : public Sources {
 public:
  explicit AllSources(AccessOptions options) : options_(std::move(options)) {}

  Result<std::vector<Object>> expand(const std::string& written) override {
    const std::string src = normal_uri(written);
    if (src == "-") return std::vector<Object>{Object{"-", std::nullopt, "", 0}};
    if (!is_remote(src)) return expand_files(src);
    if (is_s3(src)) return expand_s3(src);
    if (!split_url(src)) {
      return fail(ErrorKind::usage, "cannot read", "a web address", "it names no host",
                  "write it like https://example.org/events.csv");
    }
    WEIR_TRY_ASSIGN(const auto client, web());
    WEIR_TRY_ASSIGN(std::optional<Object> object, client->stat(client->name_of(src)));
    if (object) return std::vector<Object>{*std::move(object)};
    HttpResponse gone;
    gone.status = 404;
    return tl::unexpected(web_error(client->name_of(src), gone));
  }

  Result<std::optional<Object>> stat(const std::string& written) override {
    const std::string uri = normal_uri(written);
    if (uri == "-") return Object{"-", std::nullopt, "", 0};
    if (!is_remote(uri)) return stat_file(uri);
    if (!is_s3(uri)) {
      WEIR_TRY_ASSIGN(const auto client, web());
      return client->stat(client->name_for(uri));
    }
    WEIR_TRY_ASSIGN(const S3Name name, object_name(uri));
    WEIR_TRY_ASSIGN(const auto client, s3());
    return client->stat(name);
  }

  Result<std::vector<Listed>> list(const UriTemplate& uri_template, const Period& first, const Period& last) override {
    const std::string& text = uri_template.text();
    if (!is_remote(text)) return list_files(uri_template, first, last);
    if (is_s3(text)) return list_s3(uri_template, periods_of({first, last}));
    return fail(ErrorKind::usage, "cannot list", redact_url(text), "a web server has no listing of what it holds",
                "name the periods, like 2021-04 or 2021-01..2021-04: each is then asked for by itself");
  }

  // Where S3 may not be listed, each object may still be looked at.
  Looks find(const UriTemplate& uri_template, const std::vector<Period>& periods) override {
    if (!is_s3(uri_template.text()) || periods.size() < listed_from) return Sources::find(uri_template, periods);
    const auto listed = list_s3(uri_template, periods);
    if (!listed && listed.error().kind == ErrorKind::access) return Sources::find(uri_template, periods);
    if (!listed) return Looks(periods.size(), tl::unexpected(listed.error()));
    std::map<Period, const Object*> objects;
    for (const Listed& entry : *listed) objects.emplace(entry.period, &entry.object);
    Looks looks;
    for (const Period& period : periods) {
      const auto found = objects.find(period);
      looks.emplace_back(found == objects.end() ? std::nullopt : std::optional(*found->second));
    }
    return looks;
  }

  Result<std::unique_ptr<ByteStream>> open(const std::string& written) override {
    const std::string uri = normal_uri(written);
    if (uri == "-") return open_stdin();
    if (!is_remote(uri)) return open_file(uri, 0, "");
    WEIR_TRY_ASSIGN(auto remote, remote_object(uri));
    return open_remote(std::move(remote), 0, "", *transfer_);
  }

  Result<std::unique_ptr<ByteStream>> open_at(const std::string& written, std::uint64_t offset,
                                              const std::string& version) override {
    const std::string uri = normal_uri(written);
    if (uri == "-") return Sources::open_at(uri, offset, version);
    if (!is_remote(uri)) return open_file(uri, offset, version);
    WEIR_TRY_ASSIGN(std::optional<Object> now, stat(uri));
    WEIR_TRY_ASSIGN(auto remote, remote_object(uri));
    const std::string etag = is_s3(uri) ? etag_of_version(version) : fmt::format("\"{}\"", version);
    return resume(std::move(remote), std::move(now), offset, version, etag, *transfer_);
  }

  Result<std::unique_ptr<Upload>> upload(const std::string& path, const std::string& written,
                                         Progress* progress) override {
    const std::string uri = normal_uri(written);
    if (!is_s3(uri)) return Sources::upload(path, uri, progress);
    WEIR_TRY_ASSIGN(S3Name name, parse_s3_uri(uri));
    WEIR_TRY_ASSIGN(auto client, s3());
    return upload_to_s3(std::move(client), std::move(name), path, progress);
  }

 private:
  // Settings and keys are looked for when S3 is first touched: who reads files needs none.
  Result<std::shared_ptr<S3Client>> s3() {
    const std::lock_guard lock(mutex_);
    if (s3_) return s3_;
    WEIR_TRY(transfer_);
    WEIR_TRY_ASSIGN(AwsSettings settings, resolve_aws_settings(options_, process_environment()));
    WEIR_TRY_ASSIGN(s3_, S3Client::make(std::move(settings), *transfer_));
    return s3_;
  }

  [[nodiscard]] Result<std::shared_ptr<WebClient>> web() const {
    WEIR_TRY(transfer_);
    return web_;
  }

  static Result<S3Name> object_name(const std::string& uri) {
    WEIR_TRY_ASSIGN(S3Name name, parse_s3_uri(uri));
    if (!name.key.empty()) return name;
    return fail(ErrorKind::usage, "cannot read", uri, "it is a bucket, not an object in it",
                fmt::format("name a key, or quote a glob: 's3://{}/*.csv'", name.bucket));
  }

  Result<std::unique_ptr<RemoteObject>> remote_object(const std::string& uri) {
    if (!is_s3(uri)) {
      WEIR_TRY_ASSIGN(auto client, web());
      std::string name = client->name_for(uri);
      return web_object(std::move(client), std::move(name));
    }
    WEIR_TRY_ASSIGN(S3Name name, object_name(uri));
    WEIR_TRY_ASSIGN(auto client, s3());
    return s3_object(std::move(client), std::move(name));
  }

  Result<std::vector<Object>> expand_s3(const std::string& src) {
    WEIR_TRY_ASSIGN(const S3Name name, object_name(src));
    WEIR_TRY_ASSIGN(const auto client, s3());
    if (has_wildcards(name.key)) return expand_s3_glob(client, name);
    WEIR_TRY_ASSIGN(std::optional<Object> object, client->stat(name));
    if (object) return std::vector<Object>{*std::move(object)};
    return tl::unexpected(not_found(src, fmt::format("bucket '{}' has no such object", name.bucket),
                                    "check the key: capitals count, and it does not begin with a slash"));
  }

  static PageReader pages_of(std::shared_ptr<S3Client> client, std::string bucket) {
    return [client = std::move(client), bucket = std::move(bucket)](const ListingRequest& request) {
      return client->list_page(bucket, request);
    };
  }

  static Object object_of(const std::string& bucket, ListedKey listed) {
    return {to_uri({bucket, std::move(listed.key)}), listed.bytes, std::move(listed.etag), listed.modified_ns};
  }

  static Result<std::vector<Object>> expand_s3_glob(std::shared_ptr<S3Client> client, const S3Name& pattern) {
    const std::string prefix(literal_prefix(pattern.key));
    WEIR_TRY_ASSIGN(auto listed, list_keys(pages_of(std::move(client), pattern.bucket), pattern.bucket, prefix,
                                           [&](const std::string& key) { return glob_matches(pattern.key, key); }));
    if (listed.empty()) {
      return fail(ErrorKind::missing, "no object matches", to_uri(pattern),
                  fmt::format("none below {} does", to_uri({pattern.bucket, prefix})),
                  "check the pattern: * and ? do not cross a /");
    }
    std::vector<Object> objects;
    objects.reserve(listed.size());
    for (ListedKey& key : listed) objects.push_back(object_of(pattern.bucket, std::move(key)));
    return objects;
  }

  Result<std::vector<Listed>> list_s3(const UriTemplate& uri_template, const std::vector<Period>& periods) {
    WEIR_TRY_ASSIGN(const S3Name name, parse_s3_uri(uri_template.text()));
    WEIR_TRY_ASSIGN(auto client, s3());
    std::map<std::string, Period> wanted;  // by key
    for (const Period& period : periods) {
      WEIR_TRY_ASSIGN(S3Name dump, parse_s3_uri(uri_template.uri(period)));
      wanted.emplace(std::move(dump.key), period);
    }
    std::vector<std::string> keys;
    keys.reserve(wanted.size());
    for (const auto& [key, period] : wanted) keys.push_back(key);
    WEIR_TRY_ASSIGN(auto found, find_keys(pages_of(std::move(client), name.bucket), name.bucket, keys));
    std::vector<Listed> listed;
    listed.reserve(found.size());
    for (ListedKey& key : found) {
      const Period period = wanted.at(key.key);
      listed.push_back({period, object_of(name.bucket, std::move(key))});
    }
    std::ranges::sort(listed, {}, &Listed::period);
    return listed;
  }

  const AccessOptions options_;
  const Result<TransferSettings> transfer_ = transfer_settings(process_environment());
  const std::shared_ptr<WebClient> web_ = std::make_shared<WebClient>(transfer_.value_or(TransferSettings{}));
  std::mutex mutex_;
  std::shared_ptr<S3Client> s3_;
};

}  // namespace
}  // namespace source

Result<std::unique_ptr<ByteStream>> Sources::open_at(const std::string& uri, std::uint64_t offset,
                                                     const std::string& version) {
  WEIR_TRY_ASSIGN(std::unique_ptr<ByteStream> stream, open(uri));
  if (!version.empty() && stream->object().version != version) {
    return fail(source::resume_what, uri, "the object has changed since its first part was read", "start again");
  }
  std::vector<char> passed(source::discard_bytes);
  for (std::uint64_t left = offset; left > 0;) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, passed.size()));
    WEIR_TRY_ASSIGN(const std::size_t got, stream->read(std::span(passed.data(), wanted)));
    if (got == 0) return fail(source::resume_what, uri, "it ends before the part that was read", "start again");
    left -= got;
  }
  return stream;
}

Result<std::unique_ptr<Upload>> Sources::upload(const std::string& /*path*/, const std::string& uri,
                                                Progress* /*progress*/) {
  return fail(ErrorKind::usage, "cannot write", display_name(uri), "only files and S3 can be written to",
              "name a path, or s3://bucket/key");
}

std::unique_ptr<Sources> make_sources(AccessOptions options) {
  return std::make_unique<source::AllSources>(std::move(options));
}

bool is_remote(std::string_view uri) {
  const std::string normal = source::normal_uri(uri);
  return source::is_s3(normal) || normal.starts_with("https://") || normal.starts_with("http://");
}

std::string display_name(std::string_view uri) {
  const std::string normal = source::normal_uri(uri);
  return is_remote(normal) && !source::is_s3(normal) ? source::redact_url(normal) : normal;
}

}  // namespace weir
