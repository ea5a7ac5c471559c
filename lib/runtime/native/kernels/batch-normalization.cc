// Batch normalisation in training with the activation that follows it, in one pass less over memory each way than two
// operations need (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1).
//
//   x̂ = (x − mean) / √(variance + ε), z = scale · x̂ + offset, y = max(z, 0) or z
//
// With g = 0 where z ≤ 0, else dy (or g = dy), and n values per channel:
//   d offset = Σ g, d scale = Σ g · x̂, dx = scale / √(variance + ε) · (g − d offset / n − x̂ · d scale / n)
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels.h"
#include "parallel.h"
#include "vector.h"

namespace segcourse {
namespace {

// Values that a part of a loop has at least.
constexpr int64_t kGrain = 16384;
// Rows that are summed in single precision before the sum goes on in double precision.
constexpr int64_t kRows = 256;

int64_t RowGrain(int64_t channels) { return std::max<int64_t>(1, kGrain / channels); }

void AddTo(double* sums, Vector values, int64_t count) {
  for (int64_t i = 0; i < count; ++i) sums[i] += values[i];
}

// Adds Σ (x − shift) and Σ (x − shift)² of `rows` rows to the two sums of each channel.
SEGCOURSE_VECTORISED void AddMoments(const float* x, int64_t rows, int64_t channels, const float* shift, double* sum,
                                     double* squares) {
  ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
    const Vector base = Load(shift + c, lanes);
    Vector s = {}, q = {};
    for (int64_t row = 0; row < rows; ++row) {
      const Vector d = Load(x + row * channels + c, lanes) - base;
      s += d;
      q += d * d;
    }
    AddTo(sum + c, s, lanes);
    AddTo(squares + c, q, lanes);
  });
}

// y = factor · x + term, cut off below at `least`.
SEGCOURSE_VECTORISED void Normalise(const float* x, int64_t rows, int64_t channels, const float* factor,
                                    const float* term, float least, float* y) {
  for (int64_t row = 0; row < rows; ++row, x += channels, y += channels) {
    ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
      const Vector z = Load(factor + c, lanes) * Load(x + c, lanes) + Load(term + c, lanes);
      Store(AtLeast(z, least), y + c, lanes);
    });
  }
}

// Adds Σ g and Σ g · (x − mean), where g is 0 where factor · x + term ≤ least, else dy.
SEGCOURSE_VECTORISED void AddGradients(const float* dy, const float* x, int64_t rows, int64_t channels,
                                       const float* mean, const float* factor, const float* term, float least,
                                       double* sum, double* product) {
  ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
    const Vector m = Load(mean + c, lanes), f = Load(factor + c, lanes), t = Load(term + c, lanes);
    Vector s = {}, p = {};
    for (int64_t row = 0; row < rows; ++row) {
      const Vector value = Load(x + row * channels + c, lanes);
      const Vector g = Where(~(f * value + t <= least), Load(dy + row * channels + c, lanes));
      s += g;
      p += g * (value - m);
    }
    AddTo(sum + c, s, lanes);
    AddTo(product + c, p, lanes);
  });
}

// dx = factor · g − slope · x − shift.
SEGCOURSE_VECTORISED void PropagateGradient(const float* dy, const float* x, int64_t rows, int64_t channels,
                                            const float* factor, const float* term, float least, const float* slope,
                                            const float* shift, float* dx) {
  for (int64_t row = 0; row < rows; ++row, dy += channels, x += channels, dx += channels) {
    ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
      const Vector value = Load(x + c, lanes), f = Load(factor + c, lanes);
      const Vector g = Where(~(f * value + Load(term + c, lanes) <= least), Load(dy + c, lanes));
      Store(f * g - Load(slope + c, lanes) * value - Load(shift + c, lanes), dx + c, lanes);
    });
  }
}

// Two sums for each channel, over all rows: each part of the loop has its own, added up in the order of the parts.
template <typename Add>
void SumRows(int64_t rows, int64_t channels, const Add& add, std::vector<double>& first, std::vector<double>& second) {
  const int64_t grain = RowGrain(channels), parts = Parts(rows, grain);
  std::vector<double> sums(parts * 2 * channels, 0.0);
  ParallelParts(rows, grain, [&](int64_t part, int64_t from, int64_t to) {
    double* own = sums.data() + part * 2 * channels;
    for (int64_t row = from; row < to; row += kRows) add(row, std::min(kRows, to - row), own, own + channels);
  });
  first.assign(channels, 0.0);
  second.assign(channels, 0.0);
  for (int64_t part = 0; part < parts; ++part) {
    for (int64_t c = 0; c < channels; ++c) {
      first[c] += sums[part * 2 * channels + c];
      second[c] += sums[(part * 2 + 1) * channels + c];
    }
  }
}

float Least(const Attributes& attributes) { return attributes.relu ? 0.0f : -INFINITY; }

struct Affine {
  std::vector<float> factor, term;
};

// z = factor · x + term
Affine ToAffine(int64_t channels, const float* mean, const float* variance, const float* scale, const float* offset,
                float epsilon) {
  Affine affine{std::vector<float>(channels), std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; ++c) {
    const double factor = scale[c] / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    affine.factor[c] = static_cast<float>(factor);
    affine.term[c] = static_cast<float>(offset[c] - factor * mean[c]);
  }
  return affine;
}

void RequireChannels(Call& call, int64_t channels, int first, int last) {
  call.Require(channels > 0, "BatchNormalization: x has no channels");
  for (int input = first; input <= last; ++input) {
    call.Require(call.Size(input) == channels, "BatchNormalization: a parameter has not one value for each channel");
  }
}

void Forward(Call& call, const Attributes& attributes) {
  const auto shape = call.Shape(0);
  const int64_t channels = shape.empty() ? 0 : shape.back();
  RequireChannels(call, channels, 1, 2);
  if (!call.ok()) return;
  const int64_t rows = call.Size(0) / channels;
  call.Require(rows > 0, "BatchNormalization: x is empty");
  const float *x = call.Input(0), *scale = call.Input(1), *offset = call.Input(2);
  float* y = call.Output(0, shape);
  float* mean = call.Output(1, {channels});
  float* variance = call.Output(2, {channels});
  if (!call.ok()) return;

  // Moments about the first value of each channel: no digits are lost where the mean is large.
  const std::vector<float> shift(x, x + channels);
  std::vector<double> sum, squares;
  SumRows(rows, channels, [&](int64_t row, int64_t count, double* s, double* q) {
    AddMoments(x + row * channels, count, channels, shift.data(), s, q);
  }, sum, squares);
  for (int64_t c = 0; c < channels; ++c) {
    const double d = sum[c] / rows;
    mean[c] = static_cast<float>(shift[c] + d);
    variance[c] = static_cast<float>(std::max(0.0, squares[c] / rows - d * d));
  }
  const Affine affine = ToAffine(channels, mean, variance, scale, offset, attributes.epsilon);
  Parallel(rows, RowGrain(channels), [&](int64_t from, int64_t to) {
    Normalise(x + from * channels, to - from, channels, affine.factor.data(), affine.term.data(), Least(attributes),
              y + from * channels);
  });
}

// y = factor · x + term: batch normalisation with fixed statistics.
void Scale(Call& call, const Attributes& attributes) {
  const auto shape = call.Shape(0);
  const int64_t channels = shape.empty() ? 0 : shape.back();
  RequireChannels(call, channels, 1, 2);
  float* y = call.Output(0, shape);
  if (!call.ok()) return;
  const float *x = call.Input(0), *factor = call.Input(1), *term = call.Input(2);
  Parallel(call.Size(0) / channels, RowGrain(channels), [&](int64_t from, int64_t to) {
    Normalise(x + from * channels, to - from, channels, factor, term, Least(attributes), y + from * channels);
  });
}

void Backward(Call& call, const Attributes& attributes) {
  const auto shape = call.Shape(1);
  const int64_t channels = shape.empty() ? 0 : shape.back();
  RequireChannels(call, channels, 2, 5);
  call.Require(call.Shape(0) == shape, "BatchNormalizationGrad: dy and x differ in shape");
  if (!call.ok()) return;
  const int64_t rows = call.Size(1) / channels;
  const float *dy = call.Input(0), *x = call.Input(1), *scale = call.Input(2), *offset = call.Input(3),
              *mean = call.Input(4), *variance = call.Input(5);
  float* dx = call.Output(0, shape);
  float* d_scale = call.Output(1, {channels});
  float* d_offset = call.Output(2, {channels});
  if (!call.ok()) return;

  const Affine affine = ToAffine(channels, mean, variance, scale, offset, attributes.epsilon);
  const float least = Least(attributes);
  std::vector<double> sum, product;
  SumRows(rows, channels, [&](int64_t row, int64_t count, double* s, double* p) {
    AddGradients(dy + row * channels, x + row * channels, count, channels, mean, affine.factor.data(),
                 affine.term.data(), least, s, p);
  }, sum, product);
  std::vector<float> slope(channels), shift(channels);
  for (int64_t c = 0; c < channels; ++c) {
    const double inverse = 1.0 / std::sqrt(static_cast<double>(variance[c]) + attributes.epsilon);
    d_offset[c] = static_cast<float>(sum[c]);
    d_scale[c] = static_cast<float>(product[c] * inverse);
    const double steep = scale[c] * inverse * inverse * inverse * product[c] / rows;
    slope[c] = static_cast<float>(steep);
    shift[c] = static_cast<float>(scale[c] * inverse * sum[c] / rows - steep * mean[c]);
  }
  Parallel(rows, RowGrain(channels), [&](int64_t from, int64_t to) {
    PropagateGradient(dy + from * channels, x + from * channels, to - from, channels, affine.factor.data(),
                      affine.term.data(), least, slope.data(), shift.data(), dx + from * channels);
  });
}

}  // namespace

std::string RegisterBatchNormalization() {
  std::string failure = Register({"SegcourseBatchNormalization",
                                  {"x: float", "scale: float", "offset: float"},
                                  {"y: float", "mean: float", "variance: float"},
                                  {"epsilon: float", "relu: bool"}},
                                 &Run<Forward>);
  if (failure.empty()) {
    failure = Register({"SegcourseBatchNormalizationGrad",
                        {"dy: float", "x: float", "scale: float", "offset: float", "mean: float", "variance: float"},
                        {"dx: float", "dscale: float", "doffset: float"},
                        {"epsilon: float", "relu: bool"}},
                       &Run<Backward>);
  }
  if (failure.empty()) {
    failure = Register({"SegcourseScale",
                        {"x: float", "factor: float", "term: float"},
                        {"y: float"},
                        {"relu: bool"}},
                       &Run<Scale>);
  }
  return failure;
}

}  // namespace segcourse
