/** A causal language model on a device, the encoding of prompts, and what opens a model's files. */
package io.lengthwise.model;
