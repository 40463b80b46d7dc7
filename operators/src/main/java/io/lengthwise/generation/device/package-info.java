/** Rows on the device: their slots in the key-value cache, prefill, decode, shared prefixes. */
package io.lengthwise.generation.device;
