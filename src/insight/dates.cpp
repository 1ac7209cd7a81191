#include "insight/questions.h"

namespace weir::questions {

const Question dates{
    .name = "dates",
    .singular = "date",
    .heading = "Date",
    .summary = "When, by UTC day, week, month or year",
    .field = Field::day,
};

}  // namespace weir::questions
