/** A causal language model on a device: its files, tokenizer, chat template and decoder. */
package io.lengthwise.model;
