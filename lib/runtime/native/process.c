/*
 * What Node cannot ask of its own process: to catch for a while what is written to file descriptor 2 (TensorFlow's
 * libraries log there in their static initialisers, before TF_CPP_MIN_LOG_LEVEL counts), and how malloc treats large
 * blocks.
 *
 * Set-up builds it into .build/native/process.node (lib/setup/own-addons.mjs).
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static FILE *caught = NULL;
static int original = -1;

static napi_value boolean(napi_env env, bool value) {
  napi_value result;
  napi_get_boolean(env, value, &result);
  return result;
}

/* capture(): boolean; false when nothing was changed. */
static napi_value capture(napi_env env, napi_callback_info info) {
  (void)info;
  if (caught == NULL && (caught = tmpfile()) != NULL) {
    original = dup(STDERR_FILENO);
    if (original < 0 || dup2(fileno(caught), STDERR_FILENO) < 0) {
      if (original >= 0) close(original);
      fclose(caught);
      caught = NULL;
    }
  }
  return boolean(env, caught != NULL);
}

/* release(): string; what was written since capture(). */
static napi_value release(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  if (caught == NULL) {
    napi_create_string_utf8(env, "", 0, &result);
    return result;
  }
  fflush(stderr);
  dup2(original, STDERR_FILENO);
  close(original);
  fseek(caught, 0, SEEK_END);
  long size = ftell(caught);
  rewind(caught);
  char *text = malloc(size > 0 ? (size_t)size : 1);
  size_t length = text == NULL || size < 0 ? 0 : fread(text, 1, (size_t)size, caught);
  napi_create_string_utf8(env, text == NULL ? "" : text, length, &result);
  free(text);
  fclose(caught);
  caught = NULL;
  return result;
}

/*
 * keepMemory(): boolean; from now on the process keeps blocks of any size that are freed, for the next ones, whose
 * pages then need not be asked of the system and cleared again. False where malloc cannot be told so.
 *
 * M_MMAP_MAX, because M_MMAP_THRESHOLD takes no more than 32 MiB in older versions of glibc.
 */
static napi_value keep_memory(napi_env env, napi_callback_info info) {
  (void)info;
#ifdef __GLIBC__
  return boolean(env, mallopt(M_MMAP_MAX, 0) == 1 && mallopt(M_TRIM_THRESHOLD, -1) == 1);
#else
  return boolean(env, false);
#endif
}

static void add(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  add(env, exports, "capture", capture);
  add(env, exports, "release", release);
  add(env, exports, "keepMemory", keep_memory);
  return exports;
}
