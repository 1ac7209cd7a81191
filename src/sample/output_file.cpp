#include "sample/output_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace weir::sample {
namespace {

constexpr std::size_t compressed_bytes = std::size_t{256} << 10U;
constexpr int gzip_level = 3;
constexpr int zstd_level = 3;

class PlainFile final : public OutputFile {
 public:
  PlainFile(int descriptor, std::string path, std::string part)
      : descriptor_(descriptor), path_(std::move(path)), part_(std::move(part)) {}
  ~PlainFile() override {
    if (part_.empty()) return;  // standard output, or finished
    if (descriptor_ >= 0) ::close(descriptor_);
    ::unlink(part_.c_str());
  }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  Status write(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return system_error(errno);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  Status finish() override {
    if (part_.empty()) return {};
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0 || std::rename(part_.c_str(), path_.c_str()) != 0) return system_error(errno);
    part_.clear();
    return {};
  }

 private:
  [[nodiscard]] tl::unexpected<Error> system_error(int code) const {
    return fail("cannot write", path_, std::generic_category().message(code),
                code == ENOSPC ? "free some space, or write elsewhere with -o" : "");
  }

  int descriptor_;
  std::string path_;
  std::string part_;  // empty for standard output
};

class GzipFile final : public OutputFile {
 public:
  explicit GzipFile(std::unique_ptr<OutputFile> file) : file_(std::move(file)), buffer_(compressed_bytes) {}
  ~GzipFile() override {
    if (started_) deflateEnd(&deflater_);
  }
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  bool start() {
    started_ = deflateInit2(&deflater_, gzip_level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK;
    return started_;
  }
  Status write(std::string_view text) override { return pump(text, Z_NO_FLUSH); }
  Status finish() override {
    WEIR_TRY(pump({}, Z_FINISH));
    return file_->finish();
  }

 private:
  Status pump(std::string_view text, int flush) {
    deflater_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    deflater_.avail_in = static_cast<uInt>(text.size());
    do {
      deflater_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      deflater_.avail_out = static_cast<uInt>(buffer_.size());
      deflate(&deflater_, flush);
      WEIR_TRY(file_->write({buffer_.data(), buffer_.size() - deflater_.avail_out}));
    } while (deflater_.avail_out == 0);
    return {};
  }

  std::unique_ptr<OutputFile> file_;
  std::vector<char> buffer_;
  z_stream deflater_{};
  bool started_ = false;
};

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Compressor = std::unique_ptr<ZSTD_CCtx, FreeCompressor>;

class ZstdFile final : public OutputFile {
 public:
  ZstdFile(std::unique_ptr<OutputFile> file, Compressor context)
      : file_(std::move(file)), context_(std::move(context)), buffer_(compressed_bytes) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, zstd_level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }
  Status write(std::string_view text) override { return pump(text, ZSTD_e_continue); }
  Status finish() override {
    WEIR_TRY(pump({}, ZSTD_e_end));
    return file_->finish();
  }

 private:
  Status pump(std::string_view text, ZSTD_EndDirective directive) {
    ZSTD_inBuffer input{text.data(), text.size(), 0};
    bool done = false;
    while (!done) {
      ZSTD_outBuffer output{buffer_.data(), buffer_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &output, &input, directive);
      if (ZSTD_isError(left) != 0) return fail("cannot compress", "zstd", ZSTD_getErrorName(left));
      WEIR_TRY(file_->write({buffer_.data(), output.pos}));
      done = directive == ZSTD_e_end ? left == 0 : input.pos == input.size;
    }
    return {};
  }

  std::unique_ptr<OutputFile> file_;
  Compressor context_;
  std::vector<char> buffer_;
};

Result<std::unique_ptr<OutputFile>> open_plain(const std::string& path) {
  if (path == "-") return std::make_unique<PlainFile>(STDOUT_FILENO, "standard output", "");
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return fail("cannot create the folder", folder.string(), error.message(), "write elsewhere with -o");
  const std::string part = path + ".part";
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return fail("cannot create", part, std::generic_category().message(errno), "write elsewhere with -o");
  }
  return std::make_unique<PlainFile>(descriptor, path, part);
}

}  // namespace

std::string_view csv_extension(Compression compression) {
  switch (compression) {
    case Compression::gzip: return ".csv.gz";
    case Compression::zstd: return ".csv.zst";
    case Compression::none: break;
  }
  return ".csv";
}

Result<std::unique_ptr<OutputFile>> open_output(const std::string& path, Compression compression) {
  WEIR_TRY_ASSIGN(std::unique_ptr<OutputFile> plain, open_plain(path));
  if (compression == Compression::gzip) {
    auto file = std::make_unique<GzipFile>(std::move(plain));
    if (!file->start()) return fail("cannot compress", path, "no memory for zlib");
    return file;
  }
  if (compression == Compression::zstd) {
    Compressor context(ZSTD_createCCtx());
    if (!context) return fail("cannot compress", path, "no memory for zstd");
    return std::make_unique<ZstdFile>(std::move(plain), std::move(context));
  }
  return plain;
}

}  // namespace weir::sample
