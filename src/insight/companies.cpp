#include "insight/questions.h"

namespace weir::questions {

const Question companies{
    .name = "companies",
    .singular = "company",
    .heading = "Company",
    .summary = "Which companies, told by the domain of the e-mail address",
    .field = Field::company,
};

}  // namespace weir::questions
