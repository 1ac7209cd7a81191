// One CSV dump read by several threads.
//
// The dump is cut into blocks of equal size, taken in order by whichever reader is free. Where a block begins in the
// middle of a record (nearly always), nobody knows yet whether that middle is inside quotes. So each reader parses its
// block twice at most: first on the guess that a record begins after the block's first LF, at once; and again only if
// the reader of the block before it, which by then knows exactly where its last record ends, says otherwise. What
// passes from block to block is a Boundary: the line number, and the bytes of the record that crosses (or word of a
// reject that goes on to its LF).
//
// Nobody waits for a caller: a reader publishes its block's boundary within the call of next() that took the block. And
// nobody waits for a reader that failed: an error, or an exception, is everybody's from then on.
#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "decode/csv_block.h"
#include "decode/csv_crossing.h"
#include "decode/csv_header.h"
#include "decode/decode.h"

namespace weir {
namespace {

using csv::BlockEnd;
using csv::Boundary;
using csv::Layout;

struct Block {
  std::uint64_t index = 0;
  bool last = false;
  std::string_view bytes;
};

class Csv final : public CsvDump {
 public:
  Csv(std::unique_ptr<ByteStream> stream, csv::Opening opening, std::size_t block_bytes)
      : stream_(std::move(stream)),
        uri_(stream_->object().uri),
        columns_(std::move(opening.columns)),
        head_(std::move(opening.rest)),
        stream_ended_(opening.at_end),
        block_bytes_(std::max<std::size_t>(block_bytes, 1)) {
    layout_.delimiter = opening.delimiter;
    layout_.columns = columns_.size();
    layout_.slots.assign(columns_.size(), -1);
    layout_.simd = csv::best_simd_level();
    boundaries_[0].line = opening.next_line;
  }

  const std::vector<std::string>& columns() const override { return columns_; }

  void select(std::vector<int> column_indexes) override {
    layout_.slots.assign(columns_.size(), -1);
    layout_.selected = column_indexes.size();
    for (std::size_t slot = 0; slot < column_indexes.size(); ++slot) {
      layout_.slots[static_cast<std::size_t>(column_indexes[slot])] = static_cast<int>(slot);
    }
  }

  std::unique_ptr<RowReader> reader() override;

  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] const std::string& uri() const { return uri_; }

  // Reads the next block into `buffer`; false when all are taken. Serialised: blocks come in the dump's order.
  Result<bool> take(std::vector<char>& buffer, Block& block) {
    const std::scoped_lock lock(read_mutex_);
    WEIR_TRY(failure());
    if (exhausted_) return false;
    buffer.resize(block_bytes_);
    std::size_t filled = take_head(buffer);
    while (filled < block_bytes_ && !stream_ended_) {
      if (interrupted()) return fail(ErrorKind::interrupted, "stopped reading", uri_, "interrupted");
      WEIR_TRY_ASSIGN(const std::size_t got, stream_->read(std::span(buffer).subspan(filled)));
      stream_ended_ = got == 0;
      filled += got;
    }
    exhausted_ = filled < block_bytes_;
    block = {next_index_++, exhausted_, {buffer.data(), filled}};
    return true;
  }

  // Waits until the reader of the block before `index` has said where it ended.
  Result<Boundary> await_boundary(std::uint64_t index) {
    std::unique_lock lock(boundary_mutex_);
    boundary_known_.wait(lock, [&] { return failure_ || boundaries_.contains(index); });
    if (failure_) return tl::unexpected<Error>(*failure_);
    return std::move(boundaries_.extract(index).mapped());
  }

  void publish(std::uint64_t index, Boundary boundary) {
    {
      const std::scoped_lock lock(boundary_mutex_);
      boundaries_.emplace(index, std::move(boundary));
    }
    boundary_known_.notify_all();
  }

  // A reader cannot go on: neither can the others, whose rows would no longer be the whole dump.
  void give_up(const Error& error) {
    {
      const std::scoped_lock lock(boundary_mutex_);
      if (!failure_) failure_ = error;
    }
    boundary_known_.notify_all();
  }

 private:
  Status failure() {
    const std::scoped_lock lock(boundary_mutex_);
    if (failure_) return tl::unexpected<Error>(*failure_);
    return {};
  }

  // Of what was read while looking for the header.
  std::size_t take_head(std::vector<char>& buffer) {
    const std::size_t count = std::min(head_.size() - head_used_, buffer.size());
    std::copy_n(head_.data() + head_used_, count, buffer.data());
    head_used_ += count;
    if (head_used_ == head_.size()) {
      head_ = {};
      head_used_ = 0;
    }
    return count;
  }

  std::unique_ptr<ByteStream> stream_;
  const std::string uri_;
  std::vector<std::string> columns_;
  Layout layout_;

  std::mutex read_mutex_;
  std::string head_;
  std::size_t head_used_ = 0;
  bool stream_ended_;
  const std::size_t block_bytes_;
  std::uint64_t next_index_ = 0;
  bool exhausted_ = false;

  std::mutex boundary_mutex_;
  std::condition_variable boundary_known_;
  std::map<std::uint64_t, Boundary> boundaries_;
  std::optional<Error> failure_;
};

// A guess that makes more rejects of one block than this is most likely wrong, and rejects are dear to make.
constexpr std::size_t guess_rejects_max = 100;

class CsvReader final : public RowReader {
 public:
  explicit CsvReader(Csv& dump) : dump_(dump), rows_(dump.layout()), crossing_(dump.layout()) {}

  Result<bool> next(RowBatch& batch) override {
    Result<bool> more = guarded(batch);
    if (!more) dump_.give_up(more.error());
    return more;
  }

 private:
  // Memory is the one thing that fails by exception here; others may be a stream's.
  Result<bool> guarded(RowBatch& batch) {
    try {
      return read(batch);
    } catch (const std::bad_alloc&) {
      return fail("cannot read", dump_.uri(), "out of memory", "use fewer threads, or raise the memory limit");
    } catch (const std::exception& error) {
      return fail("cannot read", dump_.uri(), error.what());
    }
  }

  Result<bool> read(RowBatch& batch) {
    rows_.begin(batch);
    do {
      Block block;
      WEIR_TRY_ASSIGN(const bool more, dump_.take(buffer_, block));
      if (!more) return false;
      WEIR_TRY(parse(block, batch));
    } while (batch.rows == 0 && batch.rejects.empty());
    return true;
  }

  Status parse(const Block& block, RowBatch& batch) {
    const std::string_view bytes = block.bytes;
    csv::find_structure(bytes, dump_.layout().delimiter, dump_.layout().simd, structure_);
    std::optional<Parsed> parsed = parse_guess(block);

    WEIR_TRY_ASSIGN(Boundary boundary, dump_.await_boundary(block.index));
    const std::optional<std::size_t> start = crossing_.cross(bytes, block.last, boundary);
    if (!start || !parsed || parsed->start != *start) {
      rows_.clear();
      parsed.reset();
      if (start) parsed = parse_from(block, *start, SIZE_MAX);
    }
    const std::uint64_t first_line = boundary.line;
    if (parsed) csv::leave(bytes, parsed->end, boundary);
    dump_.publish(block.index + 1, std::move(boundary));
    crossing_.merge_into(batch, rows_, first_line);
    return {};
  }

  struct Parsed {
    std::size_t start;
    BlockEnd end;
  };

  // The block's rows from `start` on; nullopt when there are too many rejects.
  std::optional<Parsed> parse_from(const Block& block, std::size_t start, std::size_t rejects_max) {
    auto end = csv::parse_block(block.bytes, start, block.last, dump_.layout(), structure_, rejects_max, rows_);
    if (!end) return std::nullopt;
    return Parsed{start, std::move(*end)};
  }

  std::optional<Parsed> parse_guess(const Block& block) {
    rows_.clear();
    if (block.index == 0) return parse_from(block, 0, guess_rejects_max);
    const std::size_t lf = csv::next_bit(structure_.line_feed, 0, block.bytes.size());
    if (lf == block.bytes.size()) return std::nullopt;
    return parse_from(block, lf + 1, guess_rejects_max);
  }

  Csv& dump_;
  std::vector<char> buffer_;
  csv::Structure structure_;
  csv::RowCollector rows_;
  csv::Crossing crossing_;
};

std::unique_ptr<RowReader> Csv::reader() {
  return std::make_unique<CsvReader>(*this);
}

}  // namespace

Result<std::unique_ptr<CsvDump>> CsvDump::open(std::unique_ptr<ByteStream> plain, const CsvOptions& options) {
  WEIR_TRY_ASSIGN(csv::Opening opening, csv::read_header(*plain, options));
  return std::make_unique<Csv>(std::move(plain), std::move(opening), options.block_bytes);
}

}  // namespace weir
