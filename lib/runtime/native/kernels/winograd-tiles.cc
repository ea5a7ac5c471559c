#include "winograd-tiles.h"

#include <algorithm>

#include "matrix-product.h"

namespace segcourse::winograd {
namespace {

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

}  // namespace

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

}  // namespace segcourse::winograd
