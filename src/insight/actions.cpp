#include "insight/questions.h"

namespace weir::questions {

const Question actions{
    .name = "actions",
    .singular = "action",
    .heading = "Action",
    .summary = "What was done",
    .field = Field::action,
};

}  // namespace weir::questions
