#include "operation.h"

namespace segcourse {
namespace {

void* Create(TF_OpKernelConstruction* construction) {
  auto* attributes = new Attributes;
  TF_Status* status = TF_NewStatus();
  unsigned char relu = 0;
  // An operation without the attribute keeps the default.
  TF_OpKernelConstruction_GetAttrBool(construction, "relu", &relu, status);
  if (TF_GetCode(status) == TF_OK) attributes->relu = relu != 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &attributes->epsilon, status);
  TF_DeleteStatus(status);
  return attributes;
}

void Delete(void* attributes) { delete static_cast<Attributes*>(attributes); }

void UnknownShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

}  // namespace

std::string Register(const Definition& definition, void (*run)(void*, TF_OpKernelContext*)) {
  auto* operation = TF_NewOpDefinitionBuilder(definition.name);
  for (const char* input : definition.inputs) TF_OpDefinitionBuilderAddInput(operation, input);
  for (const char* output : definition.outputs) TF_OpDefinitionBuilderAddOutput(operation, output);
  for (const char* attribute : definition.attributes) TF_OpDefinitionBuilderAddAttr(operation, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(operation, &UnknownShape);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(operation, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_RegisterKernelBuilder(definition.name, TF_NewKernelBuilder(definition.name, "CPU", &Create, run, &Delete),
                             status);
  }
  const std::string message = TF_GetCode(status) == TF_OK ? "" : TF_Message(status);
  TF_DeleteStatus(status);
  return message;
}

Call::~Call() {
  if (!ok()) TF_OpKernelContext_Failure(context_, status_);
  for (TF_Tensor* tensor : inputs_) {
    if (tensor != nullptr) TF_DeleteTensor(tensor);
  }
  for (TF_Tensor* tensor : outputs_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

void Call::Require(bool met, const std::string& message) {
  if (ok() && !met) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
}

TF_Tensor* Call::Tensor(int input) {
  if (inputs_.empty()) inputs_.resize(TF_NumInputs(context_), nullptr);
  if (inputs_[input] == nullptr && ok()) TF_GetInput(context_, input, &inputs_[input], status_);
  return inputs_[input];
}

std::vector<int64_t> Call::Shape(int input) {
  std::vector<int64_t> shape;
  const TF_Tensor* tensor = Tensor(input);
  for (int axis = 0; tensor != nullptr && axis < TF_NumDims(tensor); ++axis) shape.push_back(TF_Dim(tensor, axis));
  return shape;
}

int64_t Call::Size(int input) {
  int64_t size = 1;
  for (int64_t length : Shape(input)) size *= length;
  return size;
}

const float* Call::Input(int input) {
  const TF_Tensor* tensor = Tensor(input);
  return tensor == nullptr ? nullptr : static_cast<const float*>(TF_TensorData(tensor));
}

const float* Call::OptionalInput(int input, int64_t size) {
  const int64_t got = Size(input);
  Require(got == 0 || got == size, "Segcourse: a parameter has not one value for each channel");
  return got == 0 ? nullptr : Input(input);
}

float* Call::Output(int index, const std::vector<int64_t>& shape) {
  if (!ok()) return nullptr;
  int64_t size = 1;
  for (int64_t length : shape) size *= length;
  TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                        static_cast<size_t>(size) * sizeof(float), status_);
  if (!ok()) return nullptr;
  outputs_.push_back(tensor);
  return static_cast<float*>(TF_TensorData(tensor));
}

}  // namespace segcourse
