// Splits loops over the processor's cores. TensorFlow's own pool is out of reach of its C interface.
#pragma once
#include <cstdint>
#include <functional>

namespace segcourse {

// Calls body(first, last) on parts of [0, count), some `grain` ≥ 1 long or longer, on several threads at once, and
// returns when all are done. The parts are the same on every run, so that sums over parts are, too.
void Parallel(int64_t count, int64_t grain, const std::function<void(int64_t first, int64_t last)>& body);

// How many threads are to compute; to be said before the first loop.
void UseThreads(int64_t count);

// Threads that compute, the caller among them.
int64_t Threads();

// How many parts Parallel makes of the same loop at most.
int64_t Parts(int64_t count, int64_t grain);

// As Parallel; body(part, first, last) is told which part of [0, Parts(count, grain)) it works on.
void ParallelParts(int64_t count, int64_t grain,
                   const std::function<void(int64_t part, int64_t first, int64_t last)>& body);

}  // namespace segcourse
