// Products of small matrices whose sums stay in registers.
#pragma once
#include "vector.h"

namespace segcourse {

// Whether the processor has 32 registers of 16 floats each.
bool HasWideRegisters();

// Rows of the first factor come in multiples of this.
constexpr int64_t kRowBlock = 12;
// Columns of the second factor, and rows of a transposed first one, come in multiples of this.
constexpr int64_t kColumnBlock = kLanes;

// Where column `column` of a second factor of `depth` rows starts when it is stored in panels: the columns of a panel
// lie beside each other, row after row, panel after panel.
struct Panels {
  int64_t depth, columns;
  int64_t width() const;                         // of a panel; the last one may be narrower
  int64_t Offset(int64_t row, int64_t column) const;
};

// c = a · b or, with `add`, c += a · b; a is [rows, depth], b [depth, columns] in panels, c [rows, columns], all
// without gaps.
void Multiply(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns, bool add, float* c);

// c = aᵀ · b or, with `add`, c += aᵀ · b; a is [depth, rows], b [depth, columns], c [rows, columns], all without gaps.
void MultiplyTransposed(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns, bool add,
                        float* c);

}  // namespace segcourse
