// Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray 2016, arXiv:1509.09308): sixteen outputs of a 3 × 3
// convolution by 36 products in place of 144,
//
//   Y = Aᵀ [(G W Gᵀ) ⊙ (Bᵀ X B)] A, with X 6 × 6, W 3 × 3, Y 4 × 4,
//
// from the interpolation points 0, ±a, ±b, ∞ (Toom and Cook). With a = √½ and b = √2 the rounding error in single
// precision is some five times that of the plain sum; with the textbook's 1 and 2 it is more than twice as large.
//
// Each function transforms along one dimension; values are vectors of channels.
#pragma once
#include "vector.h"

namespace segcourse::winograd {

constexpr int64_t kOutput = 4;             // outputs of a tile along one dimension
constexpr int64_t kTile = kOutput + 2;     // inputs
constexpr int64_t kPoints = kTile * kTile;  // products

constexpr float kA2 = 0.5f, kB2 = 2.0f;  // a², b²; a² · b² = 1 is used below
constexpr float kA = 0.70710678118654752f, kB = 1.41421356237309505f;
constexpr float kNa = 2 * kA2 * (kA2 - kB2), kNb = 2 * kB2 * (kB2 - kA2);

// Bᵀ x: 6 → 6
SEGCOURSE_INLINE void Input(const Vector* x, int64_t stride, Vector* y) {
  const Vector x1 = x[stride], x2 = x[2 * stride], x3 = x[3 * stride], x4 = x[4 * stride];
  const Vector even_a = x4 - kB2 * x2, odd_a = kA * (x3 - kB2 * x1);
  const Vector even_b = x4 - kA2 * x2, odd_b = kB * (x3 - kA2 * x1);
  y[0] = x[0] - (kA2 + kB2) * x2 + x4;
  y[1] = even_a + odd_a;
  y[2] = even_a - odd_a;
  y[3] = even_b + odd_b;
  y[4] = even_b - odd_b;
  y[5] = x1 - (kA2 + kB2) * x3 + x[5 * stride];
}

// Aᵀ m: 6 → 4
SEGCOURSE_INLINE void Output(const Vector* m, int64_t stride, Vector* y) {
  const Vector sum_a = m[stride] + m[2 * stride], difference_a = m[stride] - m[2 * stride];
  const Vector sum_b = m[3 * stride] + m[4 * stride], difference_b = m[3 * stride] - m[4 * stride];
  y[0] = m[0] + sum_a + sum_b;
  y[1] = kA * difference_a + kB * difference_b;
  y[2] = kA2 * sum_a + kB2 * sum_b;
  y[3] = (kA * kA2) * difference_a + (kB * kB2) * difference_b + m[5 * stride];
}

// A y: 4 → 6, the transpose of Output
SEGCOURSE_INLINE void OutputGradient(const Vector* y, int64_t stride, Vector* m) {
  const Vector y0 = y[0], y1 = y[stride], y2 = y[2 * stride], y3 = y[3 * stride];
  const Vector even_a = y0 + kA2 * y2, odd_a = kA * (y1 + kA2 * y3);
  const Vector even_b = y0 + kB2 * y2, odd_b = kB * (y1 + kB2 * y3);
  m[0] = y0;
  m[1] = even_a + odd_a;
  m[2] = even_a - odd_a;
  m[3] = even_b + odd_b;
  m[4] = even_b - odd_b;
  m[5] = y3;
}

// G w: 3 → 6
SEGCOURSE_INLINE void Filter(const Vector* w, int64_t stride, Vector* u) {
  const Vector w0 = w[0], w1 = w[stride], w2 = w[2 * stride];
  u[0] = w0;
  u[1] = (w0 + kA2 * w2 + kA * w1) / kNa;
  u[2] = (w0 + kA2 * w2 - kA * w1) / kNa;
  u[3] = (w0 + kB2 * w2 + kB * w1) / kNb;
  u[4] = (w0 + kB2 * w2 - kB * w1) / kNb;
  u[5] = w2;
}

// Gᵀ u: 6 → 3, the transpose of Filter
SEGCOURSE_INLINE void FilterGradient(const Vector* u, int64_t stride, Vector* w) {
  const Vector sum_a = (u[stride] + u[2 * stride]) / kNa, difference_a = (u[stride] - u[2 * stride]) / kNa;
  const Vector sum_b = (u[3 * stride] + u[4 * stride]) / kNb, difference_b = (u[3 * stride] - u[4 * stride]) / kNb;
  w[0] = u[0] + sum_a + sum_b;
  w[1] = kA * difference_a + kB * difference_b;
  w[2] = kA2 * sum_a + kB2 * sum_b + u[5 * stride];
}

// A transform along both dimensions, rows × rows → columns × columns values.
template <int64_t rows, int64_t columns, typename Transform>
SEGCOURSE_INLINE void Twice(const Vector* from, Vector* to, const Transform& transform) {
  Vector half[columns * rows];
  for (int64_t column = 0; column < rows; ++column) {
    Vector line[columns];
    transform(from + column, rows, line);
    for (int64_t row = 0; row < columns; ++row) half[row * rows + column] = line[row];
  }
  for (int64_t row = 0; row < columns; ++row) transform(half + row * rows, 1, to + row * columns);
}

}  // namespace segcourse::winograd
