// The keys that requests are signed with, fresh at each request: whoever signs asks the provider every time, and a role
// that runs out in the middle of a long run is taken up again on the way.
//
//   WEIR_TRY_ASSIGN(const AwsCredentials signer, settings.credentials->get());
//   headers = sign(std::move(signable), {region, "secretsmanager", now}, signer.keys);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "source/sigv4.h"
#include "weir/result.h"

namespace weir::source {

// Printed in part only: of the keys, nothing but the masked id.
struct AwsCredentials {
  Credentials keys;
  std::int64_t expires_unix_s = 0;  // 0: they do not expire
  std::string role;                 // whose they are, an ARN or a role's name; empty: not told
};

// False where a blank, a line end or another control character slipped in, which no key has: often the end of a file.
[[nodiscard]] bool could_be_keys(const Credentials& keys);

// One place that keys come from: a section of a file, STS, a metadata service.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Asks the place anew; may take as long as a network does. Called by one thread at a time. Fails with kind access
  // where there are no keys to be had, whatever kept them away, and with interrupted.
  [[nodiscard]] virtual Result<AwsCredentials> fetch() = 0;
  // The place, for messages and without asking it: "the environment (AWS_ACCESS_KEY_ID)".
  [[nodiscard]] virtual std::string origin() const = 0;
};

using UnixClock = std::function<std::int64_t()>;  // seconds
[[nodiscard]] std::int64_t unix_time_s();

// Keeps what a source gave until shortly before it expires. Thread-safe: while one thread asks for new keys, others go
// on with those that still hold, and wait only where none do.
class CredentialProvider {
 public:
  explicit CredentialProvider(std::unique_ptr<CredentialSource> source, UnixClock clock = unix_time_s);

  // Keys that hold now. Asks the source on the first call, from five minutes before they expire on, and after renew().
  // A failure to get new ones is no error for as long as the old ones hold; without any it is the answer for the next
  // five seconds.
  [[nodiscard]] Result<AwsCredentials> get();

  // The server says that these have run out: the next get() asks the source, unless others are held by now.
  void renew(const Credentials& refused);

  [[nodiscard]] std::string origin() const { return source_->origin(); }

 private:
  [[nodiscard]] std::optional<AwsCredentials> held() const;
  [[nodiscard]] bool is_due(const AwsCredentials& credentials) const;
  [[nodiscard]] bool holds(const AwsCredentials& credentials) const;
  [[nodiscard]] std::optional<Error> known_failure() const;
  Result<AwsCredentials> refresh();

  const std::unique_ptr<CredentialSource> source_;
  const UnixClock clock_;
  std::mutex asking_;         // held while the source is asked
  mutable std::mutex mutex_;  // guards what follows
  std::optional<AwsCredentials> held_;
  std::optional<Error> failure_;        // of the last attempt
  std::int64_t failed_unix_s_ = 0;      // when that was
  std::int64_t not_before_unix_s_ = 0;  // when a source that was asked early may be asked again
};

// Keys that are known and do not expire.
[[nodiscard]] std::shared_ptr<CredentialProvider> fixed_credentials(Credentials keys, std::string origin);

}  // namespace weir::source
