// Which variant of the kernels in pg_*_kernel.inc the processor can run.
#pragma once

#include <cstdint>

namespace unjam {

enum class PgKernel : std::uint8_t { Plain, Avx2, Avx512 };

/// The fastest one.
inline PgKernel pg_kernel() {
#if defined(__x86_64__)
  static const PgKernel best = [] {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
    return avx512 ? PgKernel::Avx512 : avx2 ? PgKernel::Avx2 : PgKernel::Plain;
  }();
  return best;
#else
  return PgKernel::Plain;
#endif
}

/// Calls the variant of a kernel that fits.
template <typename Function>
inline auto choose_kernel(Function* plain, Function* avx2, Function* avx512) {
  const PgKernel best = pg_kernel();
  return best == PgKernel::Avx512 ? avx512 : best == PgKernel::Avx2 ? avx2 : plain;
}

}  // namespace unjam
