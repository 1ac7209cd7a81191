#include "insight/questions.h"

namespace weir::questions {

const Question uris{
    .name = "uris",
    .singular = "uri",
    .heading = "URI",
    .summary = "What it was done to",
    .field = Field::uri,
};

}  // namespace weir::questions
