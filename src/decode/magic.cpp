#include "decode/magic.h"

#include <array>

namespace weir {
namespace {

using namespace std::literals;

struct Signature {
  std::string_view bytes;
  Magic magic;
};

constexpr std::string_view unzip_it = "unpack it and name the file inside, or pipe it in: unzip -p FILE | weir … -";
constexpr std::string_view decrypt_it = "write it without encryption first, with the tool that has its keys";
constexpr std::string_view bunzip_it = "unpack it first, or pipe it in: bzip2 -dc FILE | weir … -";
constexpr std::string_view recode_it = "recode it first: iconv -f UTF-16 -t UTF-8 FILE | weir … -";

// bzip2's "BZh" might begin a header line, so its first block's mark (pi) or its end mark (the root of pi) must follow.
constexpr std::array signatures{
    Signature{"\x1f\x8b"sv, {Format::gzip, {}, {}}},
    Signature{"\x28\xb5\x2f\xfd"sv, {Format::zstd, {}, {}}},
    Signature{"PK\x03\x04"sv, {Format::unreadable, "a zip archive", unzip_it}},
    Signature{"PK\x05\x06"sv, {Format::unreadable, "a zip archive", unzip_it}},
    Signature{"PK\x07\x08"sv, {Format::unreadable, "a zip archive", unzip_it}},
    Signature{"\xfd"
              "7zXZ\x00"sv,
              {Format::unreadable, "xz data", "unpack it first, or pipe it in: xz -dc FILE | weir … -"}},
    Signature{"7z\xbc\xaf\x27\x1c"sv,
              {Format::unreadable, "a 7z archive", "unpack it first, or pipe it in: 7z x -so FILE | weir … -"}},
    Signature{"\x04\x22\x4d\x18"sv,
              {Format::unreadable, "lz4 data", "unpack it first, or pipe it in: lz4 -dc FILE | weir … -"}},
    Signature{"\x02\x21\x4c\x18"sv,
              {Format::unreadable, "lz4 data", "unpack it first, or pipe it in: lz4 -dc FILE | weir … -"}},
    Signature{"\x1f\x9d"sv,
              {Format::unreadable, "compress (.Z) data", "unpack it first, or pipe it in: gzip -dc FILE | weir … -"}},
    Signature{"\xff\xfe"sv, {Format::unreadable, "UTF-16 text", recode_it}},
    Signature{"\xfe\xff"sv, {Format::unreadable, "UTF-16 text", recode_it}},
};

bool is_bzip2(std::string_view bytes) {
  if (!bytes.starts_with("BZh") || bytes.size() < 10 || bytes[3] < '1' || bytes[3] > '9') return false;
  const std::string_view mark = bytes.substr(4, 6);
  return mark == "\x31\x41\x59\x26\x53\x59"sv || mark == "\x17\x72\x45\x38\x50\x90"sv;
}

// Both a page and a footer begin with a Thrift field header, which is no text; a CSV may well begin with a column PAR1.
bool is_parquet(std::string_view bytes, std::string_view mark) {
  if (!bytes.starts_with(mark) || bytes.size() <= mark.size()) return false;
  const char next = bytes[mark.size()];
  return static_cast<unsigned char>(next) < 0x20 && next != '\n' && next != '\r' && next != '\t';
}

bool is_zstd_skippable(std::string_view bytes) {
  return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xF0U) == 0x50 &&
         bytes.substr(1, 3) == "\x2a\x4d\x18"sv;
}

}  // namespace

Magic tell_format(std::string_view first_bytes) {
  for (const Signature& signature : signatures) {
    if (first_bytes.starts_with(signature.bytes)) return signature.magic;
  }
  if (is_zstd_skippable(first_bytes)) return {Format::zstd, {}, {}};
  if (is_bzip2(first_bytes)) return {Format::unreadable, "bzip2 data", bunzip_it};
  if (is_parquet(first_bytes, "PAR1")) return {Format::parquet, {}, {}};
  if (is_parquet(first_bytes, "PARE")) return {Format::unreadable, "an encrypted Parquet file", decrypt_it};
  return {};
}

}  // namespace weir
