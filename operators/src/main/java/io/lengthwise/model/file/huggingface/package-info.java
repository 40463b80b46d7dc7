/** Hugging Face folders: their JSON files and safetensors. */
package io.lengthwise.model.file.huggingface;
