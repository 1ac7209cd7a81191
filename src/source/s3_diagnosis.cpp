#include "source/s3_diagnosis.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "source/aws_settings.h"
#include "source/s3_client.h"
#include "source/sts.h"

namespace weir::source {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t key_shown = 4;  // of an access key id, at each end
constexpr std::size_t read_bytes_max = std::size_t{16} * 1024 * 1024;
constexpr auto read_time_max = std::chrono::seconds(3);
constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

// "AKIA…MPLE": enough to tell two apart. It is no secret, and still nobody else's business.
std::string masked(const std::string& key_id) {
  if (key_id.size() < 3 * key_shown) return "…";
  return key_id.substr(0, key_shown) + "…" + key_id.substr(key_id.size() - key_shown);
}

Finding ok(std::string about, std::string text) {
  return {Verdict::ok, std::move(about), std::move(text), "", false};
}

Finding finding_of(const AwsSettings& settings) {
  std::string text = "none: requests are not signed (--no-sign-request)";
  if (settings.credentials) {
    const Result<AwsCredentials> signer = settings.credentials->get();
    if (!signer) return problem_of("credentials", signer.error());
    text = fmt::format("access key {} from {}", masked(signer->keys.access_key_id), settings.credentials->origin());
    if (signer->expires_unix_s > 0)
      text += fmt::format("; good until {:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(signer->expires_unix_s));
  }
  text += "; region " + settings.region;
  if (!settings.endpoint_url.empty()) text += "; endpoint " + display_name(settings.endpoint_url);
  return ok("credentials", std::move(text));
}

// Not asked of AWS about keys of another server, unless somebody has said where its STS is.
bool has_sts(const AwsSettings& settings) {
  if (settings.endpoint_url.empty()) return true;
  return !settings.sts_endpoint_url.empty() && settings.sts_endpoint_url != settings.endpoint_url;
}

// One look at a place, step by step; a step that fails may leave the next without ground.
class Diagnosis {
 public:
  Diagnosis(S3Name place, std::string uri, const AccessOptions& options, AwsSettings settings)
      : place_(std::move(place)), uri_(std::move(uri)), options_(options), settings_(std::move(settings)) {}

  std::vector<Finding> run() {
    const Result<std::shared_ptr<S3Client>> client = S3Client::make(settings_);
    if (!client) return {problem_of("settings", client.error())};
    client_ = *client;
    findings_.push_back(finding_of(settings_));
    if (findings_.back().verdict == Verdict::problem) return std::move(findings_);
    if (settings_.credentials) identity();
    list();
    return std::move(findings_);
  }

 private:
  void identity() {
    const Result<AwsCredentials> signer = settings_.credentials->get();
    if (signer && has_sts(settings_)) {
      const StsClient sts(settings_, std::make_shared<HttpClient>(settings_.ca_bundle));
      const Result<std::string> arn = sts.caller_arn(*settings_.credentials);
      if (arn) return findings_.push_back(ok("identity", fmt::format("{} (says {})", *arn, sts.host())));
      Finding unknown = problem_of("identity", arn.error());
      unknown.verdict = Verdict::warning;  // S3 may know the keys all the same: networks often let nothing else through
      unknown.refused = false;
      findings_.push_back(std::move(unknown));
    } else if (signer && !signer->role.empty()) {
      findings_.push_back(ok("identity", "role " + signer->role));
    }
  }

  void list() {
    const Result<ListingPage> page = client_->first_page(place_);
    if (page) {
      region();
      list_found(*page);
      const auto first =
          std::find_if(page->keys.begin(), page->keys.end(), [](const ListedKey& listed) { return listed.bytes > 0; });
      if (first != page->keys.end()) read(to_uri({place_.bucket, first->key}));
      return;
    }
    if (page.error().kind == ErrorKind::access && is_readable_object()) {
      region();
      Finding refused = problem_of("list", page.error());
      refused.verdict = Verdict::warning;
      refused.refused = false;
      refused.next = fmt::format("periods named one by one can be loaded; globs and --new need s3:ListBucket on {}",
                                 place_.bucket);
      findings_.push_back(std::move(refused));
      return read(uri_);
    }
    findings_.push_back(problem_of("list", page.error()));
  }

  void list_found(const ListingPage& page) {
    if (page.keys.empty()) {
      findings_.push_back({Verdict::warning, "list", fmt::format("{} may be listed; there is nothing below it", uri_),
                           "check the prefix: capitals count, and it does not begin with a slash", false});
      return;
    }
    findings_.push_back(ok("list", fmt::format("{}{} {} below {}", format_count(page.keys.size()),
                                               page.next_token.empty() ? "" : " and more",
                                               page.keys.size() == 1 ? "object" : "objects", uri_)));
  }

  [[nodiscard]] bool is_readable_object() const {
    if (place_.key.empty()) return false;
    const Result<std::optional<Object>> object = client_->stat(place_);
    return object && *object;
  }

  void region() {
    const std::string region = client_->region_of(place_.bucket);
    std::string text = fmt::format("bucket '{}' answers in {}", place_.bucket, region);
    if (region != settings_.region)
      text += fmt::format("; {} was asked first: --region {} saves that", settings_.region, region);
    findings_.push_back(ok("region", std::move(text)));
  }

  void read(const std::string& uri) {
    const auto began = Clock::now();
    const std::unique_ptr<Sources> sources = make_sources(options_);
    const Result<std::unique_ptr<ByteStream>> stream = sources->open(uri);
    if (!stream) return findings_.push_back(problem_of("read", stream.error()));
    std::vector<char> buffer(buffer_bytes);
    std::uint64_t bytes = 0;
    auto first_at = began;
    while (bytes < read_bytes_max && Clock::now() - began < read_time_max) {
      const Result<std::size_t> got = (*stream)->read(buffer);
      if (!got) return findings_.push_back(problem_of("read", got.error()));
      if (*got == 0) break;
      if (bytes == 0) first_at = Clock::now();
      bytes += *got;
    }
    const double wait_s = std::chrono::duration<double>(first_at - began).count();
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    const Object& object = (*stream)->object();
    findings_.push_back(ok(
        "read", fmt::format("{} can be read{}", object.uri, object.bytes ? ": " + format_bytes(*object.bytes) : "")));
    findings_.push_back(ok("speed", fmt::format("{} in {:.2f} s, {}/s; first bytes after {:.2f} s", format_bytes(bytes),
                                                seconds, format_bytes(rate(bytes, seconds)), wait_s)));
  }

  static std::uint64_t rate(std::uint64_t bytes, double seconds) {
    constexpr double shortest_s = 1e-6;
    return static_cast<std::uint64_t>(static_cast<double>(bytes) / std::max(seconds, shortest_s));
  }

  const S3Name place_;
  const std::string uri_;
  const AccessOptions& options_;
  const AwsSettings settings_;
  std::shared_ptr<S3Client> client_;
  std::vector<Finding> findings_;
};

}  // namespace

Finding credentials_finding(const AccessOptions& options, const Environment& environment) {
  const Result<AwsSettings> settings = resolve_aws_settings(options, environment);
  if (!settings) return problem_of("credentials", settings.error());
  if (const Status checked = check_endpoint(*settings); !checked) return problem_of("settings", checked.error());
  return finding_of(*settings);
}

Result<std::vector<Finding>> diagnose_s3(const std::string& uri, const AccessOptions& options,
                                         const Environment& environment) {
  if (!uri.starts_with("s3://")) {
    return fail(ErrorKind::usage, "cannot look at", display_name(uri), "it is no bucket",
                "write it like s3://bucket or s3://bucket/prefix; the database is named by --db");
  }
  WEIR_TRY_ASSIGN(S3Name place, parse_s3_uri(uri));
  Result<AwsSettings> settings = resolve_aws_settings(options, environment);
  if (!settings) return std::vector<Finding>{problem_of("credentials", settings.error())};
  return Diagnosis(std::move(place), uri, options, *std::move(settings)).run();
}

}  // namespace weir::source
