/*
 * Catches what is written to file descriptor 2 for a while. TensorFlow's libraries log there in their static
 * initialisers, before TF_CPP_MIN_LOG_LEVEL counts, and Node itself cannot duplicate a descriptor.
 *
 * Set-up builds it into .build/native/stderr.node (lib/setup/stderr-addon.mjs).
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *caught = NULL;
static int original = -1;

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
  napi_value result;
  napi_get_boolean(env, caught != NULL, &result);
  return result;
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

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "capture", NAPI_AUTO_LENGTH, capture, NULL, &function);
  napi_set_named_property(env, exports, "capture", function);
  napi_create_function(env, "release", NAPI_AUTO_LENGTH, release, NULL, &function);
  napi_set_named_property(env, exports, "release", function);
  return exports;
}
