// What S3's listings say beyond one page: every key below a prefix, and which of many keys are there. Pages come from
// whoever is given; nothing in them is trusted (see also s3_xml.h): keys that are not below the prefix, a key that
// comes twice and a listing that goes round in circles are errors, never a shorter list.
//
// Rejected for find_keys(): walking the folders with delimiter=/. It asks once for each folder, where jumping asks once
// for a thousand keys, and for each wanted key at most.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "source/s3_xml.h"
#include "weir/result.h"

namespace weir::source {

// One page of one bucket's keys.
struct ListingRequest {
  std::string prefix;
  std::string start_after;  // keys greater than this; empty: from the first
  std::string token;        // where not empty: the page after the one that told it, of the same prefix
};
using PageReader = std::function<Result<ListingPage>(const ListingRequest& request)>;

// Everything below `prefix` whose key is `wanted`, ascending bytewise; all pages are read, one at a time. `bucket`
// names the listing in errors. Errors: those of `read`, and a listing that makes no sense.
[[nodiscard]] Result<std::vector<ListedKey>> list_keys(const PageReader& read, const std::string& bucket,
                                                       const std::string& prefix,
                                                       const std::function<bool(const std::string& key)>& wanted);

// Those of `keys` (ascending bytewise, each once) that are there, ascending. After a page the next begins just before
// the next wanted key, so what lies between is passed over: no more pages are read than hold the keys from the first
// wanted one to the last, and of a bucket full of others hardly more than there are wanted keys. That takes a server
// that lists in the order of bytes, as S3 does; where one shows that it does not, everything that begins like all of
// `keys` is listed instead. Errors: as above.
[[nodiscard]] Result<std::vector<ListedKey>> find_keys(const PageReader& read, const std::string& bucket,
                                                       const std::vector<std::string>& keys);

}  // namespace weir::source
