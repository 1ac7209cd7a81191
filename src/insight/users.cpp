#include "insight/questions.h"

namespace weir::questions {

const Question users{
    .name = "users",
    .singular = "user",
    .heading = "User",
    .summary = "Who caused them, by e-mail address",
    .field = Field::email,
};

}  // namespace weir::questions
