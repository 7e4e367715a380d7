/// `pickle.dumps(dtype, 4)` of the types that NumPy has, by NumPy 1.26.4 and, where it writes them
/// otherwise, 2.4.6 (its flags are unsigned).
enum NumpyTypes {
  static let samples: [Sample] = [
    Sample(
      "bool, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAmIxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGIu"),
    Sample(
      "int8, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAmkxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGIu"),
    Sample(
      "big-endian int32, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAmk0lImIh5RSlChLA4wBPpROTk5K/////0r/////SwB0lGIu"),
    Sample(
      "uint64, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAnU4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGIu"),
    Sample(
      "float16, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAmYylImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGIu"),
    Sample(
      "float64, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGIu"),
    Sample(
      "longdouble, protocol 4, numpy 1.26.4",
      "gASVOAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA2YxNpSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiLg=="),
    Sample(
      "complex128, protocol 4, numpy 1.26.4",
      "gASVOAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA2MxNpSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiLg=="),
    Sample(
      "bytes of 5, protocol 4, numpy 1.26.4",
      "gASVMQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAlM1lImIh5RSlChLA4wBfJROTk5LBUsBSwB0lGIu"),
    Sample(
      "text of 3, protocol 4, numpy 1.26.4",
      "gASVMQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAlUzlImIh5RSlChLA4wBPJROTk5LDEsESwh0lGIu"),
    Sample(
      "void of 7, protocol 4, numpy 1.26.4",
      "gASVMQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAlY3lImIh5RSlChLA4wBfJROTk5LB0sBSwB0lGIu"),
    Sample(
      "object, protocol 4, numpy 1.26.4",
      "gASVNwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAk84lImIh5RSlChLA4wBfJROTk5K/////0r/////Sz90lGIu"),
    Sample(
      "datetime64[ns], protocol 4, numpy 1.26.4",
      "gASVSQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAk04lImIh5RSlChLBIwBPJROTk5K/////0r/////SwB9lChDAm5zlEsB"
        + "SwFLAXSUhpR0lGIu"),
    Sample(
      "timedelta64[25s], protocol 4, numpy 1.26.4",
      "gASVSAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAm04lImIh5RSlChLBIwBPJROTk5K/////0r/////SwB9lChDAXOUSxlL"
        + "AUsBdJSGlHSUYi4="),
    Sample(
      "sub-array, protocol 4, numpy 1.26.4",
      "gASVXwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1Y0OJSJiIeUUpQoSwOMAXyUaAKMAmY4lImIh5RSlChLA4wBPJROTk5K"
        + "/////0r/////SwB0lGJLAksDhpSGlE5OSzBLCEsAdJRiLg=="),
    Sample(
      "sub-array of text, protocol 4, numpy 1.26.4",
      "gASVVwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YzMpSJiIeUUpQoSwOMAXyUaAKMAlU0lImIh5RSlChLA4wBPJROTk5L"
        + "EEsESwh0lGJLAoWUhpROTksgSwRLCHSUYi4="),
    Sample(
      "sub-array of objects, protocol 4, numpy 1.26.4",
      "gASVWwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUaAKMAk84lImIh5RSlChLA2gGTk5OSv//"
        + "//9K/////0s/dJRiSwKFlIaUTk5LEEsISz90lGIu"),
    Sample(
      "structure, protocol 4, numpy 1.26.4",
      "gASVlAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxMpSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJmOJSJ"
        + "iIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwCGlGgIaAKMAmk0lImIh5RSlChLA2gOTk5OSv////9K/////0sAdJRi"
        + "SwiGlHVLDEsBSxB0lGIu"),
    Sample(
      "structure with text, protocol 4, numpy 1.26.4",
      "gASVjgAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YyMJSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJVNJSJ"
        + "iIeUUpQoSwOMATyUTk5OSxBLBEsIdJRiSwCGlGgIaAKMAmk0lImIh5RSlChLA2gOTk5OSv////9K/////0sAdJRiSxCGlHVL"
        + "FEsBSxh0lGIu"),
    Sample(
      "aligned structure, protocol 4, numpy 1.26.4",
      "gASVlwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJpMZSJ"
        + "iIeUUpQoSwNoBk5OTkr/////Sv////9LAHSUYksAhpRoCGgCjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRi"
        + "SwiGlHVLEEsISpD///90lGIu"),
    Sample(
      "aligned structure with text, protocol 4, numpy 1.26.4",
      "gASVkQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxMpSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJpMZSJ"
        + "iIeUUpQoSwNoBk5OTkr/////Sv////9LAHSUYksAhpRoCGgCjAJVMpSJiIeUUpQoSwOMATyUTk5OSwhLBEsIdJRiSwSGlHVL"
        + "DEsESpj///90lGIu"),
    Sample(
      "structure with an object, protocol 4, numpy 1.26.4",
      "gASVlAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSMAW+UhpR9lChoB2gCjAJmOJSJ"
        + "iIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwCGlGgIaAKMAk84lImIh5RSlChLA2gGTk5OSv////9K/////0s/dJRi"
        + "SwiGlHVLEEsBSxt0lGIu"),
    Sample(
      "aligned structure with an object, protocol 4, numpy 1.26.4",
      "gASVlQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSMAW+UhpR9lChoB2gCjAJpMZSJ"
        + "iIeUUpQoSwNoBk5OTkr/////Sv////9LAHSUYksAhpRoCGgCjAJPOJSJiIeUUpQoSwNoBk5OTkr/////Sv////9LP3SUYksI"
        + "hpR1SxBLCEqb////dJRiLg=="),
    Sample(
      "structure with a title, protocol 4, numpy 1.26.4",
      "gASVoAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxMpSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJmOJSJ"
        + "iIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiSwCMBXRpdGxllIeUaBBoEWgIaAKMAmk0lImIh5RSlChLA2gOTk5OSv//"
        + "//9K/////0sAdJRiSwiGlHVLDEsBSxB0lGIu"),
    Sample(
      "nested structure, protocol 4, numpy 1.26.4",
      "gASV6QAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxM5SJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjANWMTCU"
        + "iYiHlFKUKEsDaAZOjAF4lIwBeZSGlH2UKGgOaAKMAmkylImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAIaUaA9o"
        + "AowCTziUiYiHlFKUKEsDaAZOTk5K/////0r/////Sz90lGJLAoaUdUsKSwFLG3SUYksAhpRoCGgCjAJTM5SJiIeUUpQoSwNo"
        + "Bk5OTksDSwFLAHSUYksKhpR1Sw1LAUsbdJRiLg=="),
    Sample(
      "structure with a sub-array, protocol 4, numpy 1.26.4",
      "gASV3AAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YyOJSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjANWMTKU"
        + "iYiHlFKUKEsDaAZoAowCZjSUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYksDhZSGlE5OSwxLBEsAdJRiSwCGlGgI"
        + "aAKMA1YxNpSJiIeUUpQoSwNoBmgCjAJPOJSJiIeUUpQoSwNoBk5OTkr/////Sv////9LP3SUYksChZSGlE5OSxBLCEs/dJRi"
        + "SwyGlHVLHEsBSxt0lGIu"),
    Sample(
      "structure with shared bytes, protocol 4, numpy 1.26.4",
      "gASVkwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAlY0lImIh5RSlChLA4wBfJROjAFhlIwBYpSGlH2UKGgHaAKMAmk0lImI"
        + "h5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAIaUaAhoAowCaTKUiYiHlFKUKEsDaA5OTk5K/////0r/////SwB0lGJL"
        + "AoaUdUsESwFLEHSUYi4="),
    Sample(
      "structure with padding, protocol 4, numpy 1.26.4",
      "gASVZQAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSFlH2UaAdoAowCaTSUiYiHlFKU"
        + "KEsDjAE8lE5OTkr/////Sv////9LAHSUYksEhpRzSxBLAUsQdJRiLg=="),
    Sample(
      "type with metadata, protocol 4, numpy 1.26.4",
      "gASVQAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAmk0lImIh5RSlChLBIwBPJROTk5K/////0r/////SwB9lIwBa5RLAXN0"
        + "lGIu"),
    Sample(
      "datetime64[ns], protocol 4, numpy 2.4.6",
      "gASVSAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAk04lImIh5RSlChLBIwBPJROTk5K/////0r/////SwBOKEMCbnOUSwFL"
        + "AUsBdJSGlHSUYi4="),
    Sample(
      "timedelta64[25s], protocol 4, numpy 2.4.6",
      "gASVRwAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMAm04lImIh5RSlChLBIwBPJROTk5K/////0r/////SwBOKEMBc5RLGUsB"
        + "SwF0lIaUdJRiLg=="),
    Sample(
      "aligned structure, protocol 4, numpy 2.4.6",
      "gASVlAAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJpMZSJ"
        + "iIeUUpQoSwNoBk5OTkr/////Sv////9LAHSUYksAhpRoCGgCjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRi"
        + "SwiGlHVLEEsIS5B0lGIu"),
    Sample(
      "aligned structure with text, protocol 4, numpy 2.4.6",
      "gASVjgAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxMpSJiIeUUpQoSwOMAXyUTowBYZSMAWKUhpR9lChoB2gCjAJpMZSJ"
        + "iIeUUpQoSwNoBk5OTkr/////Sv////9LAHSUYksAhpRoCGgCjAJVMpSJiIeUUpQoSwOMATyUTk5OSwhLBEsIdJRiSwSGlHVL"
        + "DEsES5h0lGIu"),
    Sample(
      "aligned structure with an object, protocol 4, numpy 2.4.6",
      "gASVkgAAAAAAAACMBW51bXB5lIwFZHR5cGWUk5SMA1YxNpSJiIeUUpQoSwOMAXyUTowBYZSMAW+UhpR9lChoB2gCjAJpMZSJ"
        + "iIeUUpQoSwNoBk5OTkr/////Sv////9LAHSUYksAhpRoCGgCjAJPOJSJiIeUUpQoSwNoBk5OTkr/////Sv////9LP3SUYksI"
        + "hpR1SxBLCEubdJRiLg=="),
  ]
}
