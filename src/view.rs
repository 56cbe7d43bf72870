//! Pages and forms: types, components, words, assets.
