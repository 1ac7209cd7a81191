#include "source/s3_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "source/s3_address.h"

namespace weir::source {
namespace {

tl::unexpected<Error> bad_listing(const std::string& bucket, const std::string& prefix, std::string why) {
  return fail("cannot list", to_uri({bucket, prefix}), std::move(why),
              "try again; check that --endpoint-url is an S3 server");
}

Status check_below(const ListingPage& page, const std::string& bucket, const std::string& prefix) {
  const auto stray =
      std::ranges::find_if(page.keys, [&](const ListedKey& key) { return !key.key.starts_with(prefix); });
  if (stray == page.keys.end()) return {};
  return bad_listing(bucket, prefix, fmt::format("the server lists '{}', which is not below it", stray->key));
}

// The tokens of one listing. Each may come once.
class Tokens {
 public:
  Status take(const std::string& token, const std::string& bucket, const std::string& prefix) {
    if (seen_.insert(token).second) return {};
    return bad_listing(bucket, prefix, "the server's listing goes round in circles (a continuation token came twice)");
  }

 private:
  std::set<std::string> seen_;
};

std::string common_beginning(const std::string& a, const std::string& b) {
  const std::size_t length = std::min(a.size(), b.size());
  return a.substr(
      0, static_cast<std::size_t>(
             std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(length), b.begin()).first - a.begin()));
}

// A key that is less than `key`, and little less: of whole characters, as S3's keys are.
std::string just_before(std::string key) {
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  while (!key.empty() && continues(key.back())) key.pop_back();
  if (key.empty()) return key;
  if (key.back() > '!' && key.back() <= '~') {
    --key.back();
  } else {
    key.pop_back();
  }
  return key;
}

// One pass over a bucket for keys that ascend.
class KeySearch {
 public:
  KeySearch(const std::string& bucket, const std::vector<std::string>& keys) : bucket_(bucket), keys_(keys) { jump(); }

  [[nodiscard]] bool is_done() const { return next_ == keys_.size(); }
  [[nodiscard]] bool is_disordered() const { return disordered_; }
  [[nodiscard]] const ListingRequest& request() const { return request_; }
  [[nodiscard]] std::vector<ListedKey> take_found() { return std::move(found_); }

  // The answer to request(), and what to ask next.
  Status take(ListingPage page) {
    WEIR_TRY(check_below(page, bucket_, request_.prefix));
    for (ListedKey& listed : page.keys) {
      if (!(reached_ < listed.key)) {
        disordered_ = true;
        return {};
      }
      reached_ = listed.key;
      while (!is_done() && keys_[next_] < listed.key) ++next_;  // not there
      if (!is_done() && keys_[next_] == listed.key) {
        found_.push_back(std::move(listed));
        ++next_;
      }
    }
    if (page.next_token.empty()) next_ = keys_.size();  // all that are left begin with the prefix
    if (is_done()) return {};
    if (reached_ < just_before(keys_[next_])) {
      jump();
      return {};
    }
    WEIR_TRY(tokens_.take(page.next_token, bucket_, request_.prefix));
    request_.token = std::move(page.next_token);
    return {};
  }

 private:
  void jump() {
    if (is_done()) return;
    request_ = {common_beginning(keys_[next_], keys_.back()), just_before(keys_[next_]), ""};
    reached_ = request_.start_after;
  }

  const std::string& bucket_;
  const std::vector<std::string>& keys_;
  std::size_t next_ = 0;  // keys before it are found, or not there
  std::vector<ListedKey> found_;
  ListingRequest request_;
  std::string reached_;  // all keys up to here have been listed, or are not wanted
  Tokens tokens_;
  bool disordered_ = false;
};

}  // namespace

Result<std::vector<ListedKey>> list_keys(const PageReader& read, const std::string& bucket, const std::string& prefix,
                                         const std::function<bool(const std::string& key)>& wanted) {
  std::vector<ListedKey> found;
  Tokens tokens;
  for (ListingRequest request{prefix, "", ""};;) {
    WEIR_TRY_ASSIGN(ListingPage page, read(request));
    WEIR_TRY(check_below(page, bucket, prefix));
    for (ListedKey& listed : page.keys) {
      if (wanted(listed.key)) found.push_back(std::move(listed));
    }
    if (page.next_token.empty()) break;
    WEIR_TRY(tokens.take(page.next_token, bucket, prefix));
    request.token = std::move(page.next_token);
  }
  std::ranges::sort(found, {}, &ListedKey::key);
  const auto twice = std::ranges::adjacent_find(found, {}, &ListedKey::key);
  if (twice == found.end()) return found;
  return bad_listing(bucket, prefix, fmt::format("the server lists '{}' twice", twice->key));
}

Result<std::vector<ListedKey>> find_keys(const PageReader& read, const std::string& bucket,
                                         const std::vector<std::string>& keys) {
  KeySearch search(bucket, keys);
  while (!search.is_done() && !search.is_disordered()) {
    WEIR_TRY_ASSIGN(ListingPage page, read(search.request()));
    WEIR_TRY(search.take(std::move(page)));
  }
  if (!search.is_disordered()) return search.take_found();
  return list_keys(read, bucket, common_beginning(keys.front(), keys.back()),
                   [&](const std::string& key) { return std::ranges::binary_search(keys, key); });
}

}  // namespace weir::source
