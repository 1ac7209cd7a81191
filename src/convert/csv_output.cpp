#include "convert/csv_output.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "parquet/value_text.h"

namespace weir::converting {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} << 10U;
constexpr int gzip_level = 2;
constexpr std::size_t gzip_level_bytes = ISAL_DEF_LVL2_DEFAULT;
constexpr int zstd_level = 3;

class Uncompressed final : public Compressor {
 public:
  explicit Uncompressed(NewFile& file) : file_(file) {}
  Status write(std::string_view bytes) override { return file_.write(bytes); }
  Status finish() override { return {}; }

 private:
  NewFile& file_;
};

class Gzip final : public Compressor {
 public:
  explicit Gzip(NewFile& file) : file_(file), level_buffer_(gzip_level_bytes), out_(buffer_bytes) {
    isal_deflate_init(&stream_);
    stream_.gzip_flag = IGZIP_GZIP;
    stream_.level = gzip_level;
    stream_.level_buf = level_buffer_.data();
    stream_.level_buf_size = gzip_level_bytes;
  }
  Status write(std::string_view bytes) override { return pump(bytes, false); }
  Status finish() override { return pump({}, true); }

 private:
  Status pump(std::string_view bytes, bool end) {
    // The library takes no pointer to what it only reads.
    stream_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<std::uint32_t>(bytes.size());
    stream_.end_of_stream = end ? 1 : 0;
    do {
      stream_.next_out = reinterpret_cast<std::uint8_t*>(out_.data());
      stream_.avail_out = static_cast<std::uint32_t>(out_.size());
      if (isal_deflate(&stream_) != COMP_OK) {
        return fail("cannot convert to", file_.target(), "gzip does not take it", "convert to .csv or .csv.zst");
      }
      WEIR_TRY(file_.write({out_.data(), out_.size() - stream_.avail_out}));
    } while (stream_.avail_out == 0);
    return {};
  }

  NewFile& file_;
  std::vector<std::uint8_t> level_buffer_;
  std::vector<char> out_;
  isal_zstream stream_{};
};

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Context = std::unique_ptr<ZSTD_CCtx, FreeContext>;

class Zstd final : public Compressor {
 public:
  Zstd(NewFile& file, Context context) : file_(file), context_(std::move(context)), out_(buffer_bytes) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, zstd_level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }
  Status write(std::string_view bytes) override { return pump(bytes, ZSTD_e_continue); }
  Status finish() override { return pump({}, ZSTD_e_end); }

 private:
  Status pump(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    bool done = false;
    while (!done) {
      ZSTD_outBuffer output{out_.data(), out_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &output, &input, directive);
      if (ZSTD_isError(left) != 0) {
        return fail("cannot convert to", file_.target(), ZSTD_getErrorName(left), "convert to .csv or .csv.gz");
      }
      WEIR_TRY(file_.write({out_.data(), output.pos}));
      done = directive == ZSTD_e_end ? left == 0 : input.pos == input.size;
    }
    return {};
  }

  NewFile& file_;
  Context context_;
  std::vector<char> out_;
};

}  // namespace

Result<std::unique_ptr<Compressor>> make_compressor(Compression compression, NewFile& file) {
  switch (compression) {
    case Compression::gzip: return std::make_unique<Gzip>(file);
    case Compression::zstd: {
      Context context(ZSTD_createCCtx());
      if (!context) return fail("cannot convert to", file.target(), "out of memory", "convert to .csv or .csv.gz");
      return std::make_unique<Zstd>(file, std::move(context));
    }
    case Compression::none: break;
  }
  return std::make_unique<Uncompressed>(file);
}

void append_header(const std::vector<std::string>& columns, std::string& out) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    if (columns[i].find_first_of(";|\t") == std::string::npos && !(columns.size() == 1 && columns[i].empty())) {
      parquet::append_csv_field(columns[i], out);
    } else {
      parquet::append_quoted(columns[i], out);
    }
  }
  out += '\n';
}

void append_rows(const RowBatch& batch, std::string& out) {
  std::vector<std::size_t> order(batch.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // A record that crossed into a block comes behind those that begin in it.
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return batch.lines[row]; });
  for (const std::size_t row : order) {
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      if (i > 0) out += ',';
      parquet::append_csv_field(batch.columns[i][row], out);
    }
    if (batch.columns.size() == 1 && batch.columns[0][row].empty()) out += "\"\"";  // a blank line would be no row
    out += '\n';
  }
}

}  // namespace weir::converting
