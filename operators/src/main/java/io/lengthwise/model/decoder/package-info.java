/** The decoder program, which computes on the device, and its driver. */
package io.lengthwise.model.decoder;
