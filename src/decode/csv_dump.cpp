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

constexpr std::size_t block_bytes_max = (std::size_t{1} << 30U) - 1;  // what a RecordIndex takes

class Csv final : public CsvDump {
 public:
  Csv(std::unique_ptr<ByteStream> stream, csv::Opening opening, const CsvOptions& options)
      : stream_(std::move(stream)),
        uri_(stream_->object().uri),
        columns_(std::move(opening.columns)),
        head_(std::move(opening.rest)),
        stream_ended_(opening.at_end),
        block_bytes_(std::clamp(options.block_bytes, std::size_t{1}, block_bytes_max)) {
    layout_.delimiter = opening.delimiter;
    layout_.columns = columns_.size();
    layout_.slots.assign(columns_.size(), -1);
    layout_.simd = options.simd;
    layout_.batch_records = std::max<std::size_t>(options.batch_records, 1);
    boundaries_[0].line = opening.next_line;
  }

  const std::vector<std::string>& columns() const override { return columns_; }

  void select(std::vector<int> column_indexes) override {
    layout_.slots.assign(columns_.size(), -1);
    layout_.selected = column_indexes.size();
    layout_.picks.clear();
    for (std::size_t slot = 0; slot < column_indexes.size(); ++slot) {
      const auto column = static_cast<std::size_t>(column_indexes[slot]);
      layout_.slots[column] = static_cast<int>(slot);
      layout_.picks.push_back({column, slot});
    }
    std::ranges::sort(layout_.picks, {}, &Layout::Pick::column);
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
      if (!next_start_ && !crossing_.more()) {
        WEIR_TRY_ASSIGN(const bool more, dump_.take(buffer_, block_));
        if (!more) return false;
        WEIR_TRY(find_end());
      }
      collect(batch);
    } while (batch.rows == 0 && batch.rejects.empty());
    return true;
  }

  // Tells the next block's reader where this block ends; what it holds is collected after.
  Status find_end() {
    survey_.begin(block_.bytes, dump_.layout());
    std::optional<Parsed> parsed = parse_guess();

    WEIR_TRY_ASSIGN(Boundary boundary, dump_.await_boundary(block_.index));
    const std::optional<std::size_t> start = crossing_.cross(block_.bytes, block_.last, boundary);
    if (!start || !parsed || parsed->start != *start) {
      rows_.clear();
      parsed.reset();
      if (start) parsed = parse_from(*start, SIZE_MAX);
    }
    next_start_ = start;
    next_line_ = boundary.line;
    collected_ = parsed && parsed->collected;
    if (parsed) csv::leave(block_.bytes, parsed->end, boundary);
    dump_.publish(block_.index + 1, std::move(boundary));
    return {};
  }

  // A batch of what is left of the block and of what crossed into it.
  void collect(RowBatch& batch) {
    const std::uint64_t first_line = next_line_;
    if (collected_) {
      collected_ = false;
      next_start_.reset();
    } else if (next_start_) {
      const std::optional<BlockEnd> end = parse_piece(*next_start_, SIZE_MAX);
      next_line_ += end->lines;
      next_start_ = end->full ? std::optional(end->tail) : std::nullopt;
    }
    crossing_.collect();
    crossing_.merge_into(batch, rows_, first_line);
  }

  struct Parsed {
    std::size_t start;
    BlockEnd end;
    bool collected;  // rows_ holds all of it
  };

  // The block's records from `start` to its end, of which rows_ holds the last layout.batch_records or fewer; nullopt
  // when there are too many rejects. Most blocks are one piece; the others are parsed again for collecting them.
  std::optional<Parsed> parse_from(std::size_t start, std::size_t rejects_max) {
    std::optional<BlockEnd> end = parse_piece(start, rejects_max);
    const bool collected = end && !end->full;
    while (end && end->full) {
      const std::uint32_t lines = end->lines;
      end = parse_piece(end->tail, rejects_max);
      if (end) end->lines += lines;
    }
    if (!end) return std::nullopt;
    return Parsed{start, std::move(*end), collected};
  }

  std::optional<BlockEnd> parse_piece(std::size_t start, std::size_t rejects_max) {
    rows_.clear();
    return csv::parse_block(block_.bytes, start, block_.last, dump_.layout(), survey_, rejects_max, rows_);
  }

  std::optional<Parsed> parse_guess() {
    rows_.clear();
    if (block_.index == 0) return parse_from(0, guess_rejects_max);
    const std::size_t lf = block_.bytes.find('\n');
    if (lf == std::string_view::npos) return std::nullopt;
    return parse_from(lf + 1, guess_rejects_max);
  }

  Csv& dump_;
  Block block_;
  std::vector<char> buffer_;
  csv::Survey survey_;
  csv::RowCollector rows_;
  csv::Crossing crossing_;
  std::optional<std::size_t> next_start_;  // where the block's next piece begins; nullopt: all is collected
  std::uint64_t next_line_ = 0;            // its line
  bool collected_ = false;                 // rows_ holds the piece, which is the last, already
};

std::unique_ptr<RowReader> Csv::reader() {
  return std::make_unique<CsvReader>(*this);
}

}  // namespace

Result<std::unique_ptr<CsvDump>> CsvDump::open(std::unique_ptr<ByteStream> plain, const CsvOptions& options) {
  WEIR_TRY_ASSIGN(csv::Opening opening, csv::read_header(*plain, options));
  return std::make_unique<Csv>(std::move(plain), std::move(opening), options);
}

}  // namespace weir
