// Winograd's transforms (winograd-transform.h) of many tiles of images, in the layout in which their products are taken:
// one matrix for each of the 36 points, [tiles, channels]. Channels are padded to whole vectors.
#pragma once
#include <cmath>
#include <cstdint>

#include "winograd-transform.h"

namespace segcourse::winograd {

inline int64_t RoundUp(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }

// Floats from one point's matrix of `floats` values to the next one's: an odd number of cache lines, or else the values
// of a tile would all compete for the same few places of the cache.
inline int64_t PointStride(int64_t floats) { return floats / kLanes % 2 == 0 ? floats + kLanes : floats; }

// Images [N, height, width, channels] as rows of tiles; tile (i, j) of an image starts at pixel (4i, 4j).
struct Tiles {
  int64_t images, height, width;
  int64_t rows() const { return (height + kOutput - 1) / kOutput; }
  int64_t columns() const { return (width + kOutput - 1) / kOutput; }
  int64_t count() const { return images * rows() * columns(); }
};

// What follows the sums of a convolution: y = factor · sum + term, cut off below at `least`. Either may be missing.
struct Finish {
  const float* factor = nullptr;
  const float* term = nullptr;
  float least = -INFINITY;
};

// Bᵀ X B of `count` tiles, in a matrix [36, slab, padded channels].
void TransformInput(const float* x, const Tiles& tiles, int64_t channels, int64_t first, int64_t count, int64_t slab,
                    float* v);

// A dY Aᵀ of `count` tiles, in a matrix [36, slab, padded channels].
void TransformGradient(const float* dy, const Tiles& tiles, int64_t channels, int64_t first, int64_t count,
                       int64_t slab, float* d);

// y = Aᵀ M A, finished; M in a matrix [36, slab, padded channels].
void TransformOutput(const float* m, const Tiles& tiles, int64_t channels, int64_t first, int64_t count,
                     int64_t slab, const Finish& finish, float* y);

// G W Gᵀ of a filter [3, 3, inputs, outputs], rows [from, to) of its inputs: 36 times [padded inputs, padded outputs]
// in panels.
void TransformFilter(const float* w, int64_t inputs, int64_t outputs, int64_t from, int64_t to, float* u);

// Gᵀ dU G of rows [from, to); dU is 36 times [padded inputs, padded outputs].
void TransformFilterGradient(const float* du, int64_t inputs, int64_t outputs, int64_t from, int64_t to, float* dw);

}  // namespace segcourse::winograd
