#include "matrix-product.h"

#include <algorithm>

namespace segcourse {
namespace {

// kRows × kVectors sums at once; `step` is the distance of two rows of b.
template <int64_t kRows, int64_t kVectors>
SEGCOURSE_INLINE void Block(const float* a, int64_t a_row, int64_t a_step, const float* b, int64_t b_step,
                            int64_t depth, bool add, float* c, int64_t columns) {
  Vector sums[kRows][kVectors] = {};
  if (add) {
    for (int64_t i = 0; i < kRows; ++i) {
      for (int64_t j = 0; j < kVectors; ++j) sums[i][j] = Load(c + i * columns + j * kLanes);
    }
  }
  for (int64_t k = 0; k < depth; ++k, a += a_step, b += b_step) {
    Vector row[kVectors];
    for (int64_t j = 0; j < kVectors; ++j) row[j] = Load(b + j * kLanes);
#pragma GCC unroll 16
    for (int64_t i = 0; i < kRows; ++i) {
      for (int64_t j = 0; j < kVectors; ++j) sums[i][j] += a[i * a_row] * row[j];
    }
  }
  for (int64_t i = 0; i < kRows; ++i) {
    for (int64_t j = 0; j < kVectors; ++j) Store(sums[i][j], c + i * columns + j * kLanes);
  }
}

template <int64_t kRows, int64_t kVectors>
SEGCOURSE_INLINE void MultiplyBy(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns,
                                 bool add, float* c) {
  constexpr int64_t kWidth = kVectors * kLanes;
  for (int64_t column = 0; column < columns; column += kWidth) {
    const bool whole = column + kWidth <= columns;
    for (int64_t row = 0; row < rows; row += kRows) {
      float* to = c + row * columns + column;
      if (whole) Block<kRows, kVectors>(a + row * depth, depth, 1, b, kWidth, depth, add, to, columns);
      else Block<kRows, 1>(a + row * depth, depth, 1, b, kLanes, depth, add, to, columns);
    }
    b += depth * kWidth;
  }
}

template <int64_t kRows, int64_t kVectors>
SEGCOURSE_INLINE void TransposedBy(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns,
                                   bool add, float* c) {
  for (int64_t row = 0; row < rows; row += kRows) {
    int64_t column = 0;
    for (; column + kVectors * kLanes <= columns; column += kVectors * kLanes) {
      Block<kRows, kVectors>(a + row, 1, rows, b + column, columns, depth, add, c + row * columns + column, columns);
    }
    for (; column < columns; column += kLanes) {
      Block<kRows, 1>(a + row, 1, rows, b + column, columns, depth, add, c + row * columns + column, columns);
    }
  }
}

SEGCOURSE_VECTORISED void MultiplyWide(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns,
                                       bool add, float* c) {
  MultiplyBy<12, 2>(a, b, rows, depth, columns, add, c);
}

SEGCOURSE_VECTORISED void MultiplyNarrow(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns,
                                         bool add, float* c) {
  MultiplyBy<6, 1>(a, b, rows, depth, columns, add, c);
}

SEGCOURSE_VECTORISED void TransposedWide(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns,
                                         bool add, float* c) {
  TransposedBy<8, 3>(a, b, rows, depth, columns, add, c);
}

SEGCOURSE_VECTORISED void TransposedNarrow(const float* a, const float* b, int64_t rows, int64_t depth,
                                           int64_t columns, bool add, float* c) {
  TransposedBy<4, 1>(a, b, rows, depth, columns, add, c);
}

}  // namespace

bool HasWideRegisters() {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
  return wide;
#else
  return false;
#endif
}

int64_t Panels::width() const { return HasWideRegisters() ? 2 * kLanes : kLanes; }

int64_t Panels::Offset(int64_t row, int64_t column) const {
  const int64_t start = column / width() * width();
  return start * depth + row * std::min(width(), columns - start) + column - start;
}

void Multiply(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns, bool add, float* c) {
  (HasWideRegisters() ? MultiplyWide : MultiplyNarrow)(a, b, rows, depth, columns, add, c);
}

void MultiplyTransposed(const float* a, const float* b, int64_t rows, int64_t depth, int64_t columns, bool add,
                        float* c) {
  (HasWideRegisters() ? TransposedWide : TransposedNarrow)(a, b, rows, depth, columns, add, c);
}

}  // namespace segcourse
