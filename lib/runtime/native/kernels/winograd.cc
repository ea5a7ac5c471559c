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
#include "winograd-transform.h"

namespace segcourse {
namespace {

using namespace winograd;

int64_t RoundUp(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

struct Free {
  void operator()(float* memory) const { std::free(memory); }
};
using Buffer = std::unique_ptr<float[], Free>;

Buffer Allocate(int64_t floats) {
  return Buffer(static_cast<float*>(std::aligned_alloc(64, RoundUp(floats * sizeof(float), 64))));
}

// Floats from one point's matrix of `floats` values to the next one's: an odd number of cache lines, or else the values
// of a tile would all compete for the same few places of the cache.
int64_t PointStride(int64_t floats) { return floats / kLanes % 2 == 0 ? floats + kLanes : floats; }

// Memory for transforms of `tiles` tiles. Channels that only fill up a vector stay 0.
Buffer AllocateTransforms(int64_t tiles, int64_t channels) {
  const int64_t floats = kPoints * PointStride(tiles * RoundUp(channels, kLanes));
  Buffer buffer = Allocate(floats);
  if (channels % kLanes != 0) std::fill_n(buffer.get(), floats, 0.0f);
  return buffer;
}

// Images [N, height, width, channels] as rows of tiles; tile (i, j) of an image starts at pixel (4i, 4j).
struct Tiles {
  int64_t images, height, width;
  int64_t rows() const { return (height + kOutput - 1) / kOutput; }
  int64_t columns() const { return (width + kOutput - 1) / kOutput; }
  int64_t count() const { return images * rows() * columns(); }
};

// The `size` × `size` pixels of tile number `tile` that start `before` pixels above and left of it, one block of
// channels; 0 outside of the image and for tiles that are none.
template <int64_t size, typename Lanes>
SEGCOURSE_INLINE void Gather(const float* x, const Tiles& tiles, int64_t channels, int64_t tile, int64_t before,
                             int64_t c, Lanes lanes, Vector* pixels) {
  if (tile >= tiles.count()) {
    for (int64_t i = 0; i < size * size; ++i) pixels[i] = Vector{};
    return;
  }
  const int64_t image = tile / (tiles.rows() * tiles.columns());
  const int64_t top = tile / tiles.columns() % tiles.rows() * kOutput - before;
  const int64_t left = tile % tiles.columns() * kOutput - before;
  const float* from = x + ((image * tiles.height + top) * tiles.width + left) * channels + c;
  const bool inside = top >= 0 && left >= 0 && top + size <= tiles.height && left + size <= tiles.width;
  for (int64_t row = 0; row < size; ++row) {
    for (int64_t column = 0; column < size; ++column) {
      const bool there = inside || (top + row >= 0 && top + row < tiles.height && left + column >= 0 &&
                                    left + column < tiles.width);
      pixels[row * size + column] =
          there ? Load(from + (row * tiles.width + column) * channels, lanes) : Vector{};
    }
  }
}

// Bᵀ X B of `count` tiles, in a matrix [36, slab, padded channels].
SEGCOURSE_VECTORISED void TransformInput(const float* x, const Tiles& tiles, int64_t channels, int64_t first,
                                         int64_t count, int64_t slab, float* v) {
  const int64_t padded = RoundUp(channels, kLanes), stride = PointStride(slab * padded);
  for (int64_t tile = 0; tile < count; ++tile) {
    ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
      Vector pixels[kPoints], points[kPoints];
      Gather<kTile>(x, tiles, channels, first + tile, 1, c, lanes, pixels);
      Twice<kTile, kTile>(pixels, points, [](auto... arguments)
                                              __attribute__((always_inline)) { Input(arguments...); });
      for (int64_t p = 0; p < kPoints; ++p) Store(points[p], v + p * stride + tile * padded + c);
    });
  }
}

// A dY Aᵀ of `count` tiles, in a matrix [36, slab, padded channels].
SEGCOURSE_VECTORISED void TransformGradient(const float* dy, const Tiles& tiles, int64_t channels, int64_t first,
                                            int64_t count, int64_t slab, float* d) {
  const int64_t padded = RoundUp(channels, kLanes), stride = PointStride(slab * padded);
  for (int64_t tile = 0; tile < count; ++tile) {
    ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
      Vector pixels[kOutput * kOutput], points[kPoints];
      Gather<kOutput>(dy, tiles, channels, first + tile, 0, c, lanes, pixels);
      Twice<kOutput, kTile>(pixels, points, [](auto... arguments)
                                                __attribute__((always_inline)) { OutputGradient(arguments...); });
      for (int64_t p = 0; p < kPoints; ++p) Store(points[p], d + p * stride + tile * padded + c);
    });
  }
}

// What follows the sums of a convolution: y = factor · sum + term, cut off below at `least`. Either may be missing.
struct Finish {
  const float* factor = nullptr;
  const float* term = nullptr;
  float least = -INFINITY;
};

// y = Aᵀ M A, finished; M in a matrix [36, slab, padded channels].
SEGCOURSE_VECTORISED void TransformOutput(const float* m, const Tiles& tiles, int64_t channels, int64_t first,
                                          int64_t count, int64_t slab, const Finish& finish, float* y) {
  const float least = finish.least;
  const int64_t padded = RoundUp(channels, kLanes), stride = PointStride(slab * padded);
  const int64_t last = std::min(count, tiles.count() - first);
  for (int64_t tile = 0; tile < last; ++tile) {
    const int64_t index = first + tile;
    const int64_t image = index / (tiles.rows() * tiles.columns());
    const int64_t top = index / tiles.columns() % tiles.rows() * kOutput;
    const int64_t left = index % tiles.columns() * kOutput;
    const int64_t height = std::min(kOutput, tiles.height - top), width = std::min(kOutput, tiles.width - left);
    ForBlocks(channels, [&](int64_t c, auto lanes) __attribute__((always_inline)) {
      Vector points[kPoints], pixels[kOutput * kOutput];
      for (int64_t p = 0; p < kPoints; ++p) points[p] = Load(m + p * stride + tile * padded + c);
      Twice<kTile, kOutput>(points, pixels, [](auto... arguments)
                                                __attribute__((always_inline)) { Output(arguments...); });
      const Vector factor = finish.factor == nullptr ? Vector{} + 1.0f : Load(finish.factor + c, lanes);
      const Vector term = finish.term == nullptr ? Vector{} : Load(finish.term + c, lanes);
      for (int64_t row = 0; row < height; ++row) {
        float* to = y + ((image * tiles.height + top + row) * tiles.width + left) * channels + c;
        for (int64_t column = 0; column < width; ++column) {
          const Vector value = factor * pixels[row * kOutput + column] + term;
          Store(AtLeast(value, least), to + column * channels, lanes);
        }
      }
    });
  }
}

// G W Gᵀ of a filter [3, 3, inputs, outputs], rows [from, to) of its inputs: 36 times [padded inputs, padded outputs]
// in panels.
SEGCOURSE_VECTORISED void TransformFilter(const float* w, int64_t inputs, int64_t outputs, int64_t from, int64_t to,
                                          float* u) {
  const Panels panels{RoundUp(inputs, kLanes), RoundUp(outputs, kLanes)};
  const int64_t matrix = PointStride(panels.depth * panels.columns);
  for (int64_t c = from; c < to; ++c) {
    ForBlocks(outputs, [&](int64_t k, auto lanes) __attribute__((always_inline)) {
      Vector taps[9] = {}, points[kPoints];
      if (c < inputs) {
        for (int64_t tap = 0; tap < 9; ++tap) taps[tap] = Load(w + (tap * inputs + c) * outputs + k, lanes);
      }
      Twice<3, kTile>(taps, points, [](auto... arguments) __attribute__((always_inline)) { Filter(arguments...); });
      for (int64_t p = 0; p < kPoints; ++p) Store(points[p], u + p * matrix + panels.Offset(c, k));
    });
  }
}

// Gᵀ dU G of rows [from, to); dU is 36 times [padded inputs, padded outputs].
SEGCOURSE_VECTORISED void TransformFilterGradient(const float* du, int64_t inputs, int64_t outputs, int64_t from,
                                                  int64_t to, float* dw) {
  const int64_t columns = RoundUp(outputs, kLanes), matrix = PointStride(RoundUp(inputs, kLanes) * columns);
  for (int64_t c = from; c < to; ++c) {
    ForBlocks(outputs, [&](int64_t k, auto lanes) __attribute__((always_inline)) {
      Vector points[kPoints], taps[9];
      for (int64_t p = 0; p < kPoints; ++p) points[p] = Load(du + p * matrix + c * columns + k);
      Twice<kTile, 3>(points, taps, [](auto... arguments)
                                        __attribute__((always_inline)) { FilterGradient(arguments...); });
      for (int64_t tap = 0; tap < 9; ++tap) Store(taps[tap], dw + (tap * inputs + c) * outputs + k, lanes);
    });
  }
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
