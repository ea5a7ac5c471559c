// Convolutions 3 × 3 of stride 1 that keep the size ("same" padding), and their gradients, by Winograd's transform
// (winograd-transform.h). Tiles are worked on in groups whose transforms fit in a cache.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <vector>

#include "kernels.h"
#include "matrix-product.h"
#include "parallel.h"
#include "winograd-tiles.h"

namespace segcourse {
namespace {

using namespace winograd;

struct Free {
  void operator()(float* memory) const { std::free(memory); }
};
using Buffer = std::unique_ptr<float[], Free>;

Buffer Allocate(int64_t floats) {
  return Buffer(static_cast<float*>(std::aligned_alloc(64, RoundUp(floats * sizeof(float), 64))));
}

// Memory for transforms of `tiles` tiles. Channels that only fill up a vector stay 0.
Buffer AllocateTransforms(int64_t tiles, int64_t channels) {
  const int64_t floats = kPoints * PointStride(tiles * RoundUp(channels, kLanes));
  Buffer buffer = Allocate(floats);
  if (channels % kLanes != 0) std::fill_n(buffer.get(), floats, 0.0f);
  return buffer;
}

// The filter of the gradient with respect to x: turned by 180°, inputs and outputs exchanged.
std::vector<float> Turned(const float* w, int64_t inputs, int64_t outputs) {
  std::vector<float> turned(9 * inputs * outputs);
  Parallel(9 * outputs, std::max<int64_t>(1, 16384 / inputs), [&](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; ++row) {
      const int64_t tap = 8 - row / outputs, k = row % outputs;
      for (int64_t c = 0; c < inputs; ++c) turned[row * inputs + c] = w[(tap * inputs + c) * outputs + k];
    }
  });
  return turned;
}

// Bytes of a transformed filter from which it is worth while to read it more seldom.
constexpr int64_t kLargeFilter = 3 << 20;
// Bytes from which it is to be read once for all tiles rather than once for each block of them.
constexpr int64_t kHugeFilter = 12 << 20;
// Tiles come in multiples of this.
constexpr int64_t kBlock = 2 * kRowBlock;

int64_t FilterBytes(int64_t inputs, int64_t outputs) {
  return kPoints * RoundUp(inputs, kLanes) * RoundUp(outputs, kLanes) * static_cast<int64_t>(sizeof(float));
}

struct Convolution {
  const float* x;
  Tiles tiles;
  int64_t inputs, outputs;
  Finish finish;
  float* y;

  int64_t depth() const { return RoundUp(inputs, kLanes); }
  int64_t columns() const { return RoundUp(outputs, kLanes); }
};

// Each thread takes blocks of tiles from the image to the result; what lies between stays in its cache.
void ConvolveByBlocks(const Convolution& task, const float* u) {
  const int64_t depth = task.depth(), columns = task.columns();
  const int64_t block = FilterBytes(task.inputs, task.outputs) > kLargeFilter ? 2 * kBlock : kBlock;
  Parallel((task.tiles.count() + block - 1) / block, 1, [&](int64_t from, int64_t to) {
    const Buffer v = AllocateTransforms(block, task.inputs), m = AllocateTransforms(block, task.outputs);
    for (int64_t index = from; index < to; ++index) {
      TransformInput(task.x, task.tiles, task.inputs, index * block, block, block, v.get());
      for (int64_t p = 0; p < kPoints; ++p) {
        Multiply(v.get() + p * PointStride(block * depth), u + p * PointStride(depth * columns), block, depth, columns,
                 false, m.get() + p * PointStride(block * columns));
      }
      TransformOutput(m.get(), task.tiles, task.outputs, index * block, block, block, task.finish, task.y);
    }
  });
}

// Tiles that are worked on together so that their transforms, `channels` values for each of 36 points, take some MiB.
int64_t SlabSize(const Tiles& tiles, int64_t channels) {
  const int64_t fitting = (4 << 20) / (kPoints * channels * static_cast<int64_t>(sizeof(float)));
  const int64_t wanted = std::max<int64_t>(fitting, 4 * kBlock);
  return RoundUp(std::min(wanted, tiles.count()), kBlock);
}

// All threads transform a slab of tiles, then each multiplies the matrices of some of the 36 points.
void ConvolveBySlabs(const Convolution& task, const float* u) {
  const int64_t depth = task.depth(), columns = task.columns(), slab = SlabSize(task.tiles, depth + columns);
  const Buffer v = AllocateTransforms(slab, task.inputs), m = AllocateTransforms(slab, task.outputs);
  for (int64_t first = 0; first < task.tiles.count(); first += slab) {
    Parallel(slab, 1, [&](int64_t from, int64_t to) {
      TransformInput(task.x, task.tiles, task.inputs, first + from, to - from, slab, v.get() + from * depth);
    });
    Parallel(kPoints, 1, [&](int64_t from, int64_t to) {
      for (int64_t p = from; p < to; ++p) {
        Multiply(v.get() + p * PointStride(slab * depth), u + p * PointStride(depth * columns), slab, depth, columns,
                 false, m.get() + p * PointStride(slab * columns));
      }
    });
    Parallel(slab, 1, [&](int64_t from, int64_t to) {
      TransformOutput(m.get() + from * columns, task.tiles, task.outputs, first + from, to - from, slab, task.finish,
                      task.y);
    });
  }
}

void Convolve(const Convolution& task, const float* w) {
  const Buffer u = Allocate(kPoints * PointStride(task.depth() * task.columns()));
  Parallel(task.depth(), std::max<int64_t>(1, 4096 / task.outputs), [&](int64_t from, int64_t to) {
    TransformFilter(w, task.inputs, task.outputs, from, to, u.get());
  });
  const bool huge = FilterBytes(task.inputs, task.outputs) > kHugeFilter;
  (huge ? ConvolveBySlabs : ConvolveByBlocks)(task, u.get());
}

struct FilterGradientTask {
  const float* x;
  const float* dy;
  Tiles tiles;
  int64_t inputs, outputs;
  float* dw;

  int64_t rows() const { return RoundUp(inputs, kLanes); }
  int64_t columns() const { return RoundUp(outputs, kLanes); }
  int64_t matrix() const { return PointStride(rows() * columns()); }
};

// Each thread sums over its blocks of tiles in matrices of its own; the first thread's take the others' in the end.
Buffer SumByBlocks(const FilterGradientTask& task) {
  const int64_t rows = task.rows(), columns = task.columns(), block = 2 * kBlock;
  const int64_t blocks = (task.tiles.count() + block - 1) / block;
  const int64_t grain = (blocks + Threads() - 1) / Threads();
  std::vector<Buffer> sums(Parts(blocks, grain));
  ParallelParts(blocks, grain, [&](int64_t part, int64_t from, int64_t to) {
    sums[part] = Allocate(kPoints * task.matrix());
    const Buffer v = AllocateTransforms(block, task.inputs), d = AllocateTransforms(block, task.outputs);
    for (int64_t index = from; index < to; ++index) {
      TransformInput(task.x, task.tiles, task.inputs, index * block, block, block, v.get());
      TransformGradient(task.dy, task.tiles, task.outputs, index * block, block, block, d.get());
      for (int64_t p = 0; p < kPoints; ++p) {
        MultiplyTransposed(v.get() + p * PointStride(block * rows), d.get() + p * PointStride(block * columns), rows,
                           block, columns, index > from, sums[part].get() + p * task.matrix());
      }
    }
  });
  for (size_t part = 1; part < sums.size(); ++part) {
    float *to = sums[0].get(), *from = sums[part].get();
    for (int64_t index = 0; index < kPoints * task.matrix(); ++index) to[index] += from[index];
  }
  return std::move(sums[0]);
}

// All threads transform a slab of tiles, then each sums the matrices of some of the 36 points.
Buffer SumBySlabs(const FilterGradientTask& task) {
  const int64_t rows = task.rows(), columns = task.columns(), slab = SlabSize(task.tiles, rows + columns);
  Buffer sums = Allocate(kPoints * task.matrix());
  const Buffer v = AllocateTransforms(slab, task.inputs), d = AllocateTransforms(slab, task.outputs);
  for (int64_t first = 0; first < task.tiles.count(); first += slab) {
    Parallel(slab, 1, [&](int64_t from, int64_t to) {
      TransformInput(task.x, task.tiles, task.inputs, first + from, to - from, slab, v.get() + from * rows);
      TransformGradient(task.dy, task.tiles, task.outputs, first + from, to - from, slab, d.get() + from * columns);
    });
    Parallel(kPoints, 1, [&](int64_t from, int64_t to) {
      for (int64_t p = from; p < to; ++p) {
        MultiplyTransposed(v.get() + p * PointStride(slab * rows), d.get() + p * PointStride(slab * columns), rows,
                           slab, columns, first > 0, sums.get() + p * task.matrix());
      }
    });
  }
  return sums;
}

void FilterGradientOf(const FilterGradientTask& task) {
  const bool large = FilterBytes(task.inputs, task.outputs) > kLargeFilter;
  const Buffer sums = (large ? SumBySlabs : SumByBlocks)(task);
  Parallel(task.inputs, std::max<int64_t>(1, 4096 / task.outputs), [&](int64_t from, int64_t to) {
    TransformFilterGradient(sums.get(), task.inputs, task.outputs, from, to, task.dw);
  });
}

bool IsFilter(const std::vector<int64_t>& shape) {
  return shape.size() == 4 && shape[0] == 3 && shape[1] == 3 && shape[2] > 0 && shape[3] > 0;
}

void Forward(Call& call, const Attributes& attributes) {
  const auto x = call.Shape(0), w = call.Shape(1);
  call.Require(x.size() == 4, "Conv2D: x is not of rank 4");
  call.Require(IsFilter(w) && w[2] == x[3], "Conv2D: the filter is not [3, 3, channels of x, outputs]");
  if (!call.ok()) return;
  Finish finish;
  finish.factor = call.OptionalInput(2, w[3]);
  finish.term = call.OptionalInput(3, w[3]);
  if (attributes.relu) finish.least = 0.0f;
  float* y = call.Output(0, {x[0], x[1], x[2], w[3]});
  if (!call.ok()) return;
  Convolve({call.Input(0), {x[0], x[1], x[2]}, w[2], w[3], finish, y}, call.Input(1));
}

void InputGradient(Call& call, const Attributes&) {
  const auto dy = call.Shape(0), w = call.Shape(1);
  call.Require(dy.size() == 4, "Conv2DBackpropInput: dy is not of rank 4");
  call.Require(IsFilter(w) && w[3] == dy[3], "Conv2DBackpropInput: the filter is not [3, 3, inputs, channels of dy]");
  if (!call.ok()) return;
  float* dx = call.Output(0, {dy[0], dy[1], dy[2], w[2]});
  if (!call.ok()) return;
  const std::vector<float> turned = Turned(call.Input(1), w[2], w[3]);
  Convolve({call.Input(0), {dy[0], dy[1], dy[2]}, w[3], w[2], {}, dx}, turned.data());
}

void FilterGradient(Call& call, const Attributes&) {
  const auto x = call.Shape(0), dy = call.Shape(1);
  call.Require(x.size() == 4 && dy.size() == 4, "Conv2DBackpropFilter: x or dy is not of rank 4");
  if (!call.ok()) return;
  call.Require(std::equal(x.begin(), x.end() - 1, dy.begin()), "Conv2DBackpropFilter: x and dy differ in size");
  float* dw = call.Output(0, {3, 3, x[3], dy[3]});
  if (!call.ok()) return;
  FilterGradientOf({call.Input(0), call.Input(1), {x[0], x[1], x[2]}, x[3], dy[3], dw});
}

}  // namespace

std::string RegisterConvolution() {
  std::string failure = Register({"SegcourseConv2D",
                                  {"x: float", "filter: float", "factor: float", "term: float"},
                                  {"y: float"},
                                  {"relu: bool"}},
                                 &Run<Forward>);
  if (failure.empty()) {
    failure = Register({"SegcourseConv2DBackpropInput", {"dy: float", "filter: float"}, {"dx: float"}, {}},
                       &Run<InputGradient>);
  }
  if (failure.empty()) {
    failure = Register({"SegcourseConv2DBackpropFilter", {"x: float", "dy: float"}, {"dfilter: float"}, {}},
                       &Run<FilterGradient>);
  }
  return failure;
}

}  // namespace segcourse
