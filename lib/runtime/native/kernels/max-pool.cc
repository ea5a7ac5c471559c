// The gradient of max-pooling without overlap (windows of 2 × 2 or 2 × 2 × 2, moved by their own size): the value of
// dy goes to the first of the largest values of its window.
#include <algorithm>

#include "kernels.h"
#include "parallel.h"
#include "vector.h"

namespace segcourse {
namespace {

// One row of windows: `lines` lines of x with 2 · count pixels each.
SEGCOURSE_VECTORISED void SpreadRow(const float* const* x, const float* dy, const float* y, int lines, int64_t count,
                                    int64_t channels, float* const* dx) {
  for (int64_t window = 0; window < count; ++window, y += channels, dy += channels) {
    ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
      const Vector largest = Load(y + c, lanes);
      Vector left = Load(dy + c, lanes);
      for (int line = 0; line < lines; ++line) {
        for (int64_t pixel = 0; pixel < 2; ++pixel) {
          const int64_t at = (2 * window + pixel) * channels + c;
          const Vector taken = Where(Load(x[line] + at, lanes) == largest, left);
          left -= taken;
          Store(taken, dx[line] + at, lanes);
        }
      }
    });
  }
}

void Gradient(Call& call, const Attributes&) {
  const auto shape = call.Shape(0), pooled = call.Shape(1);
  const size_t rank = shape.size();
  call.Require(rank == 4 || rank == 5, "MaxPoolGrad: x is not of rank 4 or 5");
  call.Require(call.Shape(2) == pooled, "MaxPoolGrad: dy and y differ in shape");
  call.Require(pooled.size() == rank, "MaxPoolGrad: x and y differ in rank");
  if (!call.ok()) return;
  call.Require(shape[0] == pooled[0] && shape[rank - 1] == pooled[rank - 1], "MaxPoolGrad: y is no pooled x");
  for (size_t axis = 1; axis + 1 < rank; ++axis) {
    call.Require(shape[axis] == 2 * pooled[axis], "MaxPoolGrad: windows do not cover x");
  }
  const float *x = call.Input(0), *y = call.Input(1), *dy = call.Input(2);
  float* dx = call.Output(0, shape);
  if (!call.ok()) return;

  const int64_t channels = shape[rank - 1], width = pooled[rank - 2], height = pooled[rank - 3];
  const int64_t line = 2 * width * channels;  // values in a line of x
  const int planes = rank == 5 ? 2 : 1;
  const int64_t plane = 2 * height * line;
  const int64_t slices = rank == 5 ? pooled[0] * pooled[1] : pooled[0];
  Parallel(slices * height, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, line)), [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      const int64_t start = row / height * planes * plane + row % height * 2 * line;
      const float* lines[4];
      float* gradients[4];
      for (int index = 0; index < 2 * planes; ++index) {
        const int64_t at = start + index / 2 * plane + index % 2 * line;
        lines[index] = x + at;
        gradients[index] = dx + at;
      }
      SpreadRow(lines, dy + row * width * channels, y + row * width * channels, 2 * planes, width, channels,
                gradients);
    }
  });
}

}  // namespace

std::string RegisterMaxPoolGradient() {
  return Register({"SegcourseMaxPoolGrad", {"x: float", "y: float", "dy: float"}, {"dx: float"}, {}}, &Run<Gradient>);
}

}  // namespace segcourse
