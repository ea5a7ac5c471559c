// Sixteen floats that the compiler computes with at once, in as many registers as the processor needs for them.
#pragma once
#include <cstdint>
#include <cstring>
#include <type_traits>

// Compiled for several processors; the loader picks the best one that the machine has.
#define SEGCOURSE_HAS_CLONES 1
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define SEGCOURSE_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SEGCOURSE_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#undef SEGCOURSE_HAS_CLONES
#define SEGCOURSE_VECTORISED
#endif
// Inlined always, so that it becomes part of each version of its caller.
#define SEGCOURSE_INLINE __attribute__((always_inline)) inline

namespace segcourse {

// Whether what is compiled makes good use of this processor. Where it does not, TensorFlow's own kernels are faster.
inline bool HasFastVectors() {
#if defined(__aarch64__)
  return true;
#elif defined(SEGCOURSE_HAS_CLONES)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

constexpr int64_t kLanes = 16;
using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
using Mask = int32_t __attribute__((vector_size(kLanes * sizeof(float))));

SEGCOURSE_INLINE Vector Load(const float* from) {
  Vector value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

SEGCOURSE_INLINE void Store(Vector value, float* to) { std::memcpy(to, &value, sizeof(value)); }

// The first `count` lanes; the others are 0 and stay unwritten.
SEGCOURSE_INLINE Vector Load(const float* from, int64_t count) {
  Vector value = {};
  std::memcpy(&value, from, count * sizeof(float));
  return value;
}

SEGCOURSE_INLINE void Store(Vector value, float* to, int64_t count) { std::memcpy(to, &value, count * sizeof(float)); }

// `value` where the mask is set, else 0.
SEGCOURSE_INLINE Vector Where(Mask mask, Vector value) { return (Vector)(mask & (Mask)value); }

// The larger of both; NaN stays NaN.
SEGCOURSE_INLINE Vector AtLeast(Vector value, float least) { return value < least ? Vector{} + least : value; }

// Calls body(c, lanes) for the blocks of channels; `lanes` of a whole block is a constant to the compiler.
template <typename Body>
SEGCOURSE_INLINE void ForBlocks(int64_t channels, const Body& body) {
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) body(c, std::integral_constant<int64_t, kLanes>());
  if (c < channels) body(c, channels - c);
}

// A whole block goes by one instruction, another by as many bytes as it has.
SEGCOURSE_INLINE Vector Load(const float* from, std::integral_constant<int64_t, kLanes>) { return Load(from); }
SEGCOURSE_INLINE void Store(Vector value, float* to, std::integral_constant<int64_t, kLanes>) { Store(value, to); }

}  // namespace segcourse
