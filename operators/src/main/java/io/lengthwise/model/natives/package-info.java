/** The native libraries of DJL and PyTorch, and their memory. */
package io.lengthwise.model.natives;
