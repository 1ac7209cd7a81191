#include "source/credentials.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::source {
namespace {

// Time enough for several attempts before the old keys end, and for a request that was signed last to be answered.
constexpr std::int64_t early_s = 300;
constexpr std::int64_t margin_s = 10;
// How often a source is asked that gives nothing new, or fails, while its former keys still hold.
constexpr std::int64_t again_after_s = 30;
// How long a failure stands for what would follow it: many objects that cannot be asked for should not take as many
// times as long as one.
constexpr std::int64_t same_answer_s = 5;

class FixedSource final : public CredentialSource {
 public:
  FixedSource(Credentials keys, std::string origin)
      : credentials_{std::move(keys), 0, ""}, origin_(std::move(origin)) {}
  Result<AwsCredentials> fetch() override { return credentials_; }
  [[nodiscard]] std::string origin() const override { return origin_; }

 private:
  AwsCredentials credentials_;
  std::string origin_;
};

}  // namespace

bool could_be_keys(const Credentials& keys) {
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7F'; };
  return std::ranges::all_of(keys.access_key_id, is_visible) &&
         std::ranges::all_of(keys.secret_access_key, is_visible) && std::ranges::all_of(keys.session_token, is_visible);
}

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

CredentialProvider::CredentialProvider(std::unique_ptr<CredentialSource> source, UnixClock clock)
    : source_(std::move(source)), clock_(std::move(clock)) {}

Result<AwsCredentials> CredentialProvider::get() {
  std::optional<AwsCredentials> current = held();
  if (current && !is_due(*current)) return *std::move(current);
  std::unique_lock asking(asking_, std::defer_lock);
  if (current && holds(*current)) {
    if (!asking.try_lock()) return *std::move(current);
  } else {
    asking.lock();
  }
  current = held();  // another thread may have asked in the meantime
  if (current && !is_due(*current)) return *std::move(current);
  if (const std::optional<Error> known = known_failure(); known && !(current && holds(*current))) {
    return tl::unexpected(*known);
  }
  Result<AwsCredentials> fresh = refresh();
  if (!fresh && current && holds(*current)) return *std::move(current);
  return fresh;
}

Result<AwsCredentials> CredentialProvider::refresh() {
  Result<AwsCredentials> fresh = source_->fetch();
  const std::lock_guard lock(mutex_);
  not_before_unix_s_ = clock_() + again_after_s;
  if (fresh) {
    held_ = *fresh;
    failure_.reset();
  } else {
    failure_ = fresh.error();
    failed_unix_s_ = clock_();
  }
  return fresh;
}

std::optional<Error> CredentialProvider::known_failure() const {
  const std::lock_guard lock(mutex_);
  return failure_ && clock_() < failed_unix_s_ + same_answer_s ? failure_ : std::nullopt;
}

void CredentialProvider::renew(const Credentials& refused) {
  const std::lock_guard lock(mutex_);
  if (held_ && held_->keys == refused) held_.reset();
}

std::optional<AwsCredentials> CredentialProvider::held() const {
  const std::lock_guard lock(mutex_);
  return held_;
}

bool CredentialProvider::is_due(const AwsCredentials& credentials) const {
  if (credentials.expires_unix_s == 0) return false;
  if (!holds(credentials)) return true;
  const std::int64_t now = clock_();
  const std::lock_guard lock(mutex_);
  return now >= credentials.expires_unix_s - early_s && now >= not_before_unix_s_;
}

bool CredentialProvider::holds(const AwsCredentials& credentials) const {
  return credentials.expires_unix_s == 0 || clock_() < credentials.expires_unix_s - margin_s;
}

std::shared_ptr<CredentialProvider> fixed_credentials(Credentials keys, std::string origin) {
  return std::make_shared<CredentialProvider>(std::make_unique<FixedSource>(std::move(keys), std::move(origin)));
}

}  // namespace weir::source
