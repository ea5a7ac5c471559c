#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace segcourse {
namespace {

int64_t wanted = 1;

// Threads that sleep between loops. One loop runs at a time; the caller works, too.
class Pool {
 public:
  static Pool& Get() {
    static Pool* pool = new Pool(wanted);  // never destroyed: threads may outlive static destructors
    return *pool;
  }

  int64_t size() const { return size_; }

  void Run(int64_t tasks, const std::function<void(int64_t)>& task) {
    std::lock_guard<std::mutex> one_loop(loop_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = &task;
      tasks_ = tasks;
      next_.store(0);
      busy_ = size_ - 1;
      ++round_;
    }
    wake_.notify_all();
    Work(task, tasks);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  explicit Pool(int64_t size) : size_(size) {
    for (int64_t index = 1; index < size; ++index) std::thread([this] { Serve(); }).detach();
  }

  void Work(const std::function<void(int64_t)>& task, int64_t tasks) {
    for (int64_t index; (index = next_.fetch_add(1)) < tasks;) task(index);
  }

  void Serve() {
    for (int64_t served = 0;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return round_ != served; });
      served = round_;
      const auto* task = task_;
      const int64_t tasks = tasks_;
      lock.unlock();
      Work(*task, tasks);
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  const int64_t size_;
  std::mutex loop_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int64_t)>* task_ = nullptr;
  int64_t tasks_ = 0, busy_ = 0, round_ = 0;
  std::atomic<int64_t> next_{0};
};

}  // namespace

void UseThreads(int64_t count) { wanted = std::max<int64_t>(1, count); }

int64_t Threads() { return Pool::Get().size(); }

int64_t Parts(int64_t count, int64_t grain) {
  // More parts than threads: one that is late, because something else runs on its core, then holds up less.
  return std::max<int64_t>(1, std::min((count + grain - 1) / grain, 4 * Pool::Get().size()));
}

void ParallelParts(int64_t count, int64_t grain,
                   const std::function<void(int64_t, int64_t, int64_t)>& body) {
  const int64_t parts = Parts(count, grain);
  if (parts == 1 || Pool::Get().size() == 1) {
    for (int64_t part = 0; part < parts; ++part) body(part, count * part / parts, count * (part + 1) / parts);
    return;
  }
  Pool::Get().Run(parts, [&](int64_t part) { body(part, count * part / parts, count * (part + 1) / parts); });
}

void Parallel(int64_t count, int64_t grain, const std::function<void(int64_t, int64_t)>& body) {
  ParallelParts(count, grain, [&](int64_t, int64_t first, int64_t last) { body(first, last); });
}

}  // namespace segcourse
