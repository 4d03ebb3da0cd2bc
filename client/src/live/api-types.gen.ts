// Generated from the OpenAPI document of the service by `npm run api-types`: change the routes, not this file.
export interface paths {
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            openapi: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service lives; needs no token */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                            version: string;
                            uptimeS: number;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The card of the model in use */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            schema: "smearscope.bundle/1";
                            name: string;
                            version: string;
                            /** @enum {string} */
                            task: "detect";
                            architecture: string;
                            classes: string[];
                            umPerPx: number;
                            input: {
                                /** @enum {string} */
                                layout: "NHWC";
                                /** @enum {string} */
                                type: "uint8";
                                multipleOf: number;
                                tilePx: number;
                                overlapPx: number;
                            };
                            thresholds: {
                                score: number[];
                                nmsIou: number;
                            };
                            masks?: {
                                path: string;
                                planes: ("cell" | "nucleus")[];
                                stride: number;
                                nucleated: string[];
                                metrics: {
                                    data: string;
                                    images: number;
                                    plane: string;
                                    dice: number;
                                    iou: number;
                                    instanceF1?: number;
                                }[];
                                command: string;
                                commit: string;
                                data: {
                                    name: string;
                                    source: string;
                                    licence: string;
                                    fields: number;
                                }[];
                                researchOnly: boolean;
                            };
                            parameters: number;
                            metrics: {
                                data: string;
                                split: string;
                                images: number;
                                mAP: number;
                                mAP50: number;
                                mAR100: number;
                            }[];
                            reduced?: {
                                /** @enum {string} */
                                precision: "half" | "int8";
                                calibration: string;
                                data: string;
                                split: string;
                                images: number;
                                full: {
                                    mAP: number;
                                    mAP50: number;
                                    mAR100: number;
                                };
                                reduced: {
                                    mAP: number;
                                    mAP50: number;
                                    mAR100: number;
                                };
                            }[];
                            training: {
                                command: string;
                                commit: string;
                                seed: number;
                                backend: string;
                                base?: {
                                    name: string;
                                    sha256: string;
                                };
                                /** Format: date-time */
                                finishedAt: string;
                                data: {
                                    name: string;
                                    source: string;
                                    licence: string;
                                    fields: number;
                                }[];
                            };
                            licence: string;
                            researchOnly: boolean;
                            files: {
                                path: string;
                                sha256: string;
                                bytes: number;
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All cameras and how they are */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"][];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Open a source, or go on with a session */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default main */
                        id?: string;
                        source?: string;
                        umPerPx?: number;
                        calibration?: string | "";
                        session?: string;
                    };
                };
            };
            responses: {
                /** @description as asked */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a new session */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin or end the video */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        on: boolean;
                    };
                };
            };
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Close a camera */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was counted, with 95 % intervals */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            schema: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every decision that the counts are made of */
        get: {
            parameters: {
                query?: {
                    format?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/counts.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a table */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/csv": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Settings, as a schema with values */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            schema: {
                                properties: {
                                    [key: string]: {
                                        /** @enum {string} */
                                        type: "string" | "number" | "integer" | "boolean";
                                        description?: string;
                                        default?: string | number | boolean;
                                        enum?: string[];
                                        minimum?: number;
                                        maximum?: number;
                                        exclusiveMinimum?: number;
                                        pattern?: string;
                                        maxLength?: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            values: {
                                [key: string]: string | number | boolean;
                            };
                            applies: {
                                [key: string]: "running" | "anew" | "start" | "fixed";
                            };
                            from: {
                                [key: string]: "default" | "file" | "environment" | "flag";
                            };
                            waiting: string[];
                            file?: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change settings */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: (string | number | boolean) | null;
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            schema: {
                                properties: {
                                    [key: string]: {
                                        /** @enum {string} */
                                        type: "string" | "number" | "integer" | "boolean";
                                        description?: string;
                                        default?: string | number | boolean;
                                        enum?: string[];
                                        minimum?: number;
                                        maximum?: number;
                                        exclusiveMinimum?: number;
                                        pattern?: string;
                                        maxLength?: number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            values: {
                                [key: string]: string | number | boolean;
                            };
                            applies: {
                                [key: string]: "running" | "anew" | "start" | "fixed";
                            };
                            from: {
                                [key: string]: "default" | "file" | "environment" | "flag";
                            };
                            waiting: string[];
                            file?: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What could be opened */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SourceOffer"][];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/cells": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cells of the session that the camera writes */
        get: {
            parameters: {
                query?: {
                    class?: string;
                    state?: "counted" | "waiting" | "excluded" | "withdrawn";
                    reading?: number;
                    uncertain?: boolean | string;
                    sort?: "seen" | "score" | "size";
                    order?: "asc" | "desc";
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            total: number;
                            cells: components["schemas"]["Cell"][];
                            next?: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/sizes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How large its cells are */
        get: {
            parameters: {
                query?: {
                    class?: string;
                    reading?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            n: number;
                            beyond: number;
                            meanDiameterUm?: number;
                            meanAreaUm2?: number;
                            sdDiameterUm?: number;
                            diameterCvPercent?: number;
                            rdwPercent?: number;
                            binUm: number;
                            counts: number[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/cells/{cell}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that is known of one cell */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            crop?: {
                                x: number;
                                y: number;
                                widthPx: number;
                                heightPx: number;
                            };
                            cell: components["schemas"]["Cell"];
                            sightings: components["schemas"]["Sighting"][];
                            ledger: components["schemas"]["LedgerEntry"][];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/cells/{cell}/crop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The best picture of a cell */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/cells": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its cells, as counted or as a reader corrected them */
        get: {
            parameters: {
                query?: {
                    class?: string;
                    state?: "counted" | "waiting" | "excluded" | "withdrawn";
                    reading?: number;
                    uncertain?: boolean | string;
                    sort?: "seen" | "score" | "size";
                    order?: "asc" | "desc";
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            total: number;
                            cells: components["schemas"]["Cell"][];
                            next?: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/sizes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How large its cells of a class are, with a histogram */
        get: {
            parameters: {
                query?: {
                    class?: string;
                    reading?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            n: number;
                            beyond: number;
                            meanDiameterUm?: number;
                            meanAreaUm2?: number;
                            sdDiameterUm?: number;
                            diameterCvPercent?: number;
                            rdwPercent?: number;
                            binUm: number;
                            counts: number[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/cells/{cell}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that is known of one cell */
        get: {
            parameters: {
                query?: {
                    reading?: "1" | "2";
                };
                header?: never;
                path: {
                    id: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            crop?: {
                                x: number;
                                y: number;
                                widthPx: number;
                                heightPx: number;
                            };
                            cell: components["schemas"]["Cell"];
                            sightings: components["schemas"]["Sighting"][];
                            ledger: components["schemas"]["LedgerEntry"][];
                        } | {
                            crop?: {
                                x: number;
                                y: number;
                                widthPx: number;
                                heightPx: number;
                            };
                            cell: components["schemas"]["Cell"];
                            sightings: components["schemas"]["Sighting"][];
                            ledger: components["schemas"]["LedgerEntry"][];
                            corrections: components["schemas"]["Correction"][];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/cells/{cell}/crop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The best picture of a cell */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions: searched, chosen, ordered, in pages */
        get: {
            parameters: {
                query?: {
                    search?: string;
                    operator?: string;
                    specimenId?: string;
                    flag?: string;
                    from?: number | string;
                    to?: number | string;
                    minCells?: number;
                    minCounts?: string;
                    kept?: string;
                    sort?: "started" | "cells" | "duration" | "bytes" | "operator" | "specimen";
                    order?: "asc" | "desc";
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            total: number;
                            sessions: components["schemas"]["SessionSummary"][];
                            next?: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything about one session */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionDetail"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete it with everything in it */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Say who, what, and whether it is kept */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        operator?: string;
                        specimenId?: string;
                        kept?: boolean;
                        flags?: string[];
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SessionDetail"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/cameras/{id}/cells/{cell}/classification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a white cell or platelet is likely to be; counted nowhere */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cell: number;
                            kinds: {
                                id: string;
                                name: string;
                            }[];
                            scores: number[];
                            kind: number;
                            map: {
                                rows: number;
                                columns: number;
                                values: number[];
                                square: [
                                    number,
                                    number,
                                    number,
                                    number
                                ];
                            };
                            picture: {
                                widthPx: number;
                                heightPx: number;
                            };
                            model: {
                                name: string;
                                version: string;
                            };
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/cells/{cell}/classification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a white cell or platelet is likely to be; counted nowhere */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cell: number;
                            kinds: {
                                id: string;
                                name: string;
                            }[];
                            scores: number[];
                            kind: number;
                            map: {
                                rows: number;
                                columns: number;
                                values: number[];
                                square: [
                                    number,
                                    number,
                                    number,
                                    number
                                ];
                            };
                            picture: {
                                widthPx: number;
                                heightPx: number;
                            };
                            model: {
                                name: string;
                                version: string;
                            };
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The session at a glance */
        get: {
            parameters: {
                query?: {
                    bins?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            startMs: number;
                            endMs: number;
                            bins: {
                                atMs: number;
                                sharpness?: number;
                                frames: number;
                                registered: number;
                                rejected: number;
                                cells: number;
                            }[];
                            events: {
                                at: number;
                                /** @enum {string} */
                                level: "info" | "warning" | "error";
                                text: string;
                                atMs: number;
                            }[];
                            runs: {
                                firstFrame: number;
                                startMs: number;
                                at: number;
                            }[];
                            videos: {
                                n: number;
                                startMs: number;
                                endMs: number;
                                /** @enum {string} */
                                kind: "video" | "timelapse";
                                codec: string;
                                widthPx: number;
                                heightPx: number;
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/frames": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Frames by id or time */
        get: {
            parameters: {
                query?: {
                    frame?: number;
                    at?: number;
                    from?: number;
                    to?: number;
                    video?: string;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            frames: components["schemas"]["Frame"][];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/frames/{frame}/cells": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every cell in view of a frame */
        get: {
            parameters: {
                query?: {
                    reading?: "1" | "2";
                };
                header?: never;
                path: {
                    id: string;
                    frame: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            frame: components["schemas"]["Frame"];
                            place?: {
                                island: number;
                                x: number;
                                y: number;
                            };
                            widthPx?: number;
                            heightPx?: number;
                            cells: components["schemas"]["FrameCell"][];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/frames/{frame}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exactly this frame */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    frame: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/videos/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A video, in ranges where asked */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    n: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "video/mp4": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/videos/{n}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where its coded pictures lie, for a decoder of one’s own */
        get: {
            parameters: {
                query: {
                    from: number;
                    to: number;
                };
                header?: never;
                path: {
                    id: string;
                    n: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            codec: string;
                            description: string;
                            widthPx: number;
                            heightPx: number;
                            samples: {
                                ms: number;
                                offset: number;
                                bytes: number;
                                key: boolean;
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a reading stands */
        get: {
            parameters: {
                query?: {
                    reading?: "1" | "2";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReviewState"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its history, newest first */
        get: {
            parameters: {
                query?: {
                    reading?: number;
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            total: number;
                            corrections: components["schemas"]["Correction"][];
                            next?: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Correct */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reading: 1 | 2;
                        by: string;
                        change: components["schemas"]["ChangeInput"];
                        head?: number;
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            n: number;
                            cells: components["schemas"]["Cell"][];
                            review: components["schemas"]["ReviewState"];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/corrections/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the last one back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reading: 1 | 2;
                        by: string;
                        head?: number;
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            n: number;
                            cells: components["schemas"]["Cell"][];
                            review: components["schemas"]["ReviewState"];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/corrections/redo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do it again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reading: 1 | 2;
                        by: string;
                        head?: number;
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            n: number;
                            cells: components["schemas"]["Cell"][];
                            review: components["schemas"]["ReviewState"];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/signatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who signed what; each is checked */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            signatures: components["schemas"]["Signature"][];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Sign a reading */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reading: 1 | 2;
                        by: string;
                        /** @enum {string} */
                        role: "reader" | "second reader" | "supervisor";
                        comment?: string;
                        head?: number;
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReviewState"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/agreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far two readers agree */
        get: {
            parameters: {
                query?: {
                    over?: "all" | "reviewed";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            by: {
                                first?: string;
                                second?: string;
                            };
                            /** @enum {string} */
                            over: "all" | "reviewed";
                            cells: number;
                            agreed: number;
                            kappa?: {
                                value: number;
                                standardError: number;
                                low: number;
                                high: number;
                            };
                            labels: string[];
                            confusion: number[][];
                            blandAltman: {
                                [key: string]: {
                                    fields: number;
                                    mean: number;
                                    meanInterval: {
                                        low: number;
                                        high: number;
                                    };
                                    sd: number;
                                    low: number;
                                    high: number;
                                    lowInterval: {
                                        low: number;
                                        high: number;
                                    };
                                    highInterval: {
                                        low: number;
                                        high: number;
                                    };
                                    points: {
                                        field: number;
                                        first: number;
                                        second: number;
                                    }[];
                                };
                            };
                            differences: {
                                cell: number;
                                other?: number;
                                first?: string;
                                second?: string;
                                island: number;
                                box: [
                                    number,
                                    number,
                                    number,
                                    number
                                ];
                            }[];
                            differing: number;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Work in line, at work and done */
        get: {
            parameters: {
                query?: {
                    kind?: "replay" | "training";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            jobs: components["schemas"]["Job"][];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How one stands */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Stop one; forget one that has ended */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with one that was stopped */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How it was counted again */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            replays: {
                                /** @enum {string} */
                                schema: "smearscope.replay/1";
                                session: string;
                                replay: string;
                                at: number;
                                model: {
                                    name: string;
                                    version: string;
                                    sha256?: string;
                                };
                                engine: string;
                                same: {
                                    model: boolean;
                                    engine: boolean;
                                };
                                looks: {
                                    total: number;
                                    again: number;
                                    answered: number;
                                    leftOut: number;
                                };
                                answersAlike: number;
                                ledger: {
                                    identical: boolean;
                                    counted: number;
                                    replayed: number;
                                    firstDifference?: number;
                                };
                                counts: {
                                    [key: string]: {
                                        counted: {
                                            n: number;
                                            low: number;
                                            high: number;
                                        };
                                        replayed: {
                                            n: number;
                                            low: number;
                                            high: number;
                                        };
                                    };
                                };
                                notes: string[];
                                timing: {
                                    elapsedMs: number;
                                    recordedMs: number;
                                    frames: number;
                                    framesPerS: number;
                                };
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Count it again, with the same model or another */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        model?: string;
                        engine?: string;
                    };
                };
            };
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/replays/{replay}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One count again beside what was counted */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    replay: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            schema: "smearscope.replay/1";
                            session: string;
                            replay: string;
                            at: number;
                            model: {
                                name: string;
                                version: string;
                                sha256?: string;
                            };
                            engine: string;
                            same: {
                                model: boolean;
                                engine: boolean;
                            };
                            looks: {
                                total: number;
                                again: number;
                                answered: number;
                                leftOut: number;
                            };
                            answersAlike: number;
                            ledger: {
                                identical: boolean;
                                counted: number;
                                replayed: number;
                                firstDifference?: number;
                            };
                            counts: {
                                [key: string]: {
                                    counted: {
                                        n: number;
                                        low: number;
                                        high: number;
                                    };
                                    replayed: {
                                        n: number;
                                        low: number;
                                        high: number;
                                    };
                                };
                            };
                            notes: string[];
                            timing: {
                                elapsedMs: number;
                                recordedMs: number;
                                frames: number;
                                framesPerS: number;
                            };
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a replay */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    replay: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/replays/{replay}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every decision of a replay */
        get: {
            parameters: {
                query?: {
                    format?: "jsonl" | "csv";
                };
                header?: never;
                path: {
                    id: string;
                    replay: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/replays/{replay}/cells/{cell}/crop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Picture of a cell of a replay */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    replay: string;
                    cell: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Two counts side by side, cell by cell */
        get: {
            parameters: {
                query: {
                    a?: "counted" | ("1" | "2") | string;
                    b: "counted" | ("1" | "2") | string;
                    from?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            schema: "smearscope.comparison/1";
                            session: string;
                            a: string;
                            b: string;
                            matched: number;
                            onlyA: number;
                            onlyB: number;
                            otherClass: number;
                            perClass: {
                                class: string;
                                a: {
                                    n: number;
                                    low: number;
                                    high: number;
                                };
                                b: {
                                    n: number;
                                    low: number;
                                    high: number;
                                };
                                matched: number;
                                onlyA: number;
                                onlyB: number;
                                otherClass: number;
                            }[];
                            total: number;
                            differences: {
                                /** @enum {string} */
                                kind: "onlyA" | "onlyB" | "class";
                                island: number;
                                a?: {
                                    id: number;
                                    class: string;
                                    score: number;
                                    box: [
                                        number,
                                        number,
                                        number,
                                        number
                                    ];
                                    frame?: number;
                                };
                                b?: {
                                    id: number;
                                    class: string;
                                    score: number;
                                    box: [
                                        number,
                                        number,
                                        number,
                                        number
                                    ];
                                    frame?: number;
                                };
                            }[];
                            next?: number;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calibration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calibration profiles */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Profile"][];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Keep a profile */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        objective: string;
                        camera: string;
                        widthPx: number;
                        heightPx: number;
                        scale?: {
                            umPerPx: number;
                            uncertaintyUmPerPx: number;
                            /** @enum {string} */
                            method: "micrometer" | "length" | "red-cells" | "given";
                        };
                        light?: {
                            flatField?: {
                                columns: number;
                                rows: number;
                                /** Format: byte */
                                gains: string;
                            };
                            whiteBalance?: {
                                red: number;
                                green: number;
                                blue: number;
                            };
                            uncertainty: number;
                            evenness: number;
                        };
                        /** @default false */
                        replace?: boolean;
                    };
                };
            };
            responses: {
                /** @description as asked */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Profile"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calibration/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One profile with its gains */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            objective: string;
                            camera: string;
                            widthPx: number;
                            heightPx: number;
                            scale?: {
                                umPerPx: number;
                                uncertaintyUmPerPx: number;
                                /** @enum {string} */
                                method: "micrometer" | "length" | "red-cells" | "given";
                            };
                            light?: {
                                flatField?: {
                                    columns: number;
                                    rows: number;
                                    /** Format: byte */
                                    gains: string;
                                };
                                whiteBalance?: {
                                    red: number;
                                    green: number;
                                    blue: number;
                                };
                                uncertainty: number;
                                evenness: number;
                            };
                            /** @enum {string} */
                            schema: "smearscope.calibration/1";
                            /** Format: date-time */
                            createdAt: string;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a profile */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calibration/{name}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rename a profile */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Profile"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/calibration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Use a calibration profile */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string | "";
                    };
                };
            };
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CameraStatus"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/calibration/measure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Measure on the next pictures */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        what: "still" | "micrometer" | "red-cells" | "empty";
                    };
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            what: "still";
                            widthPx: number;
                            heightPx: number;
                        } | {
                            /** @enum {string} */
                            what: "micrometer";
                            widthPx: number;
                            heightPx: number;
                            ruling: {
                                pitchPx: number;
                                uncertaintyPx: number;
                                angleDeg: number;
                                lines: [
                                    number,
                                    number,
                                    number,
                                    number
                                ][];
                                residualPx: number;
                            };
                        } | {
                            /** @enum {string} */
                            what: "red-cells";
                            widthPx: number;
                            heightPx: number;
                            umPerPx: number;
                            uncertaintyUmPerPx: number;
                        } | {
                            /** @enum {string} */
                            what: "empty";
                            widthPx: number;
                            heightPx: number;
                            light: {
                                flatField?: {
                                    columns: number;
                                    rows: number;
                                    /** Format: byte */
                                    gains: string;
                                };
                                whiteBalance?: {
                                    red: number;
                                    green: number;
                                    blue: number;
                                };
                                uncertainty: number;
                                evenness: number;
                            };
                            dust: number;
                            frames: number;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/calibration/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The picture of the last measurement */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions that can be learned from */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sessions: {
                                id: string;
                                startedAt: number;
                                source: string;
                                specimenId?: string;
                                operator?: string;
                                cells: number;
                                corrections: number;
                                reviewedFields: number;
                                virtual: boolean;
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Train on corrected sessions */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        sessions: string[];
                        /** @default default */
                        base?: string;
                        /** @default 10 */
                        minutes?: number;
                        /** @default false */
                        oneSlide?: boolean;
                        /** @default false */
                        practice?: boolean;
                    };
                };
            };
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/training/{job}/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a training goes */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    job: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            points: {
                                epoch: number;
                                step: number;
                                seconds: number;
                                loss: number;
                                held: {
                                    [key: string]: number;
                                };
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models that are there, and those in use */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            bundles: {
                                name: string;
                                model?: string;
                                fault?: string;
                            }[];
                            inUse: {
                                [key: string]: string;
                            };
                            history: {
                                at: number;
                                /** @enum {string} */
                                kind: "promote" | "back";
                                replaces: string;
                                to?: string;
                                from?: string;
                                model: {
                                    name: string;
                                    version: string;
                                    sha256: string;
                                };
                                comparison?: {
                                    was: {
                                        name: string;
                                        version: string;
                                        sha256: string;
                                    };
                                    now: {
                                        name: string;
                                        version: string;
                                        sha256: string;
                                    };
                                    sets: {
                                        name: string;
                                        /** @enum {string} */
                                        kind: "held back" | "known";
                                        fields: number;
                                        cells: number;
                                        was: {
                                            mAP50: number;
                                            countError: number;
                                        };
                                        now: {
                                            mAP50: number;
                                            countError: number;
                                        };
                                        worse: string[];
                                    }[];
                                    against: string[];
                                };
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a trained model in use where it is nowhere worse */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        job: string;
                        /** @default default */
                        replace?: string;
                    };
                };
            };
            responses: {
                /** @description as asked */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go back to the model before */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default default */
                        replace?: string;
                    } | null;
                };
            };
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            at: number;
                            /** @enum {string} */
                            kind: "promote" | "back";
                            replaces: string;
                            to?: string;
                            from?: string;
                            model: {
                                name: string;
                                version: string;
                                sha256: string;
                            };
                            comparison?: {
                                was: {
                                    name: string;
                                    version: string;
                                    sha256: string;
                                };
                                now: {
                                    name: string;
                                    version: string;
                                    sha256: string;
                                };
                                sets: {
                                    name: string;
                                    /** @enum {string} */
                                    kind: "held back" | "known";
                                    fields: number;
                                    cells: number;
                                    was: {
                                        mAP50: number;
                                        countError: number;
                                    };
                                    now: {
                                        mAP50: number;
                                        countError: number;
                                    };
                                    worse: string[];
                                }[];
                                against: string[];
                            };
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/keyframes/{keyframe}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A field as the camera gave it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    keyframe: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/keyframes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fields of its map */
        get: {
            parameters: {
                query?: {
                    from?: number;
                    limit?: number;
                    pictures?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keyframes: {
                                id: number;
                                island: number;
                                x: number;
                                y: number;
                                widthPx: number;
                                heightPx: number;
                                picture?: string;
                            }[];
                            next?: number;
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/keyframes/{keyframe}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A field as the camera gave it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    keyframe: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Formats that sessions can be exported in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            exports: {
                                format: string;
                                label: string;
                                extension: string;
                                mediaType: string;
                                purpose: string;
                                flow: boolean;
                            }[];
                        };
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{id}/export/{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export in a format */
        get: {
            parameters: {
                query?: {
                    reading?: "1" | "2" | "counted";
                };
                header?: never;
                path: {
                    id: string;
                    format: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/whip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer to send video over WebRTC (WHIP) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/sdp": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        /** What may be sent, and by which servers */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/whip/{resource}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End sending */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    resource: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** What may be sent */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    resource: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        head?: never;
        /** Further candidates, or a restart of ICE */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    resource: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/cameras/{id}/whep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer to play the picture with its boxes (WHEP) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/sdp": string;
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        /** What may be sent, and by which servers */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cameras/{id}/whep/{resource}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End playing */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    resource: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** What may be sent */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    resource: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        head?: never;
        /** Further candidates, or a restart of ICE */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    resource: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/sources/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take in a clip; x-file-name names it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description as asked */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SourceOffer"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                /** @description what failed, on what, and what to do next */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ChangeInput: {
            /** @constant */
            kind: "reclassify";
            cells: number[];
            class: string;
        } | {
            /** @constant */
            kind: "delete";
            cells: number[];
        } | {
            /** @constant */
            kind: "add";
            class: string;
            island: number;
            box: [
                number,
                number,
                number,
                number
            ];
        } | {
            /** @constant */
            kind: "split";
            cell: number;
            into: {
                class: string;
                box: [
                    number,
                    number,
                    number,
                    number
                ];
            }[];
        } | {
            /** @constant */
            kind: "merge";
            cells: number[];
            class?: string;
            box?: [
                number,
                number,
                number,
                number
            ];
        } | {
            /** @constant */
            kind: "mark";
            cells: number[];
            uncertain: boolean;
        } | {
            /** @constant */
            kind: "reviewed";
            keyframes: number[];
            reviewed: boolean;
        };
        SignatureInput: {
            n: number;
            at: number;
            by: string;
            reading: 1 | 2;
            /** @enum {string} */
            role: "reader" | "second reader" | "supervisor";
            comment?: string;
            version: number;
            head: number;
            counts: {
                [key: string]: number;
            };
            model: string;
            calibration?: string;
            sha256: string;
            broken?: string;
        };
        Problem: {
            error: {
                kind: string;
                message: string;
            };
        };
        CameraStatus: {
            id: string;
            source: string;
            /** @enum {string} */
            state: "starting" | "running" | "paused" | "reconnecting" | "restarting" | "ended" | "failed";
            reason: string;
            classes: string[];
            model: string;
            engine: string;
            engineReason: string;
            umPerPx?: number;
            /** @enum {string} */
            umPerPxFrom: "given" | "source" | "bundle" | "estimated" | "calibration";
            calibration?: string;
            restarts: number;
            session?: string;
            recording?: boolean;
        };
        SourceOffer: {
            /** @enum {string} */
            kind: "simulate" | "camera" | "file" | "url";
            address: string;
            label: string;
        };
        SessionSummary: {
            id: string;
            camera: string;
            source: string;
            /** @enum {string} */
            specimen: "smear" | "flow";
            operator?: string;
            specimenId?: string;
            classes: string[];
            model: {
                name: string;
                version: string;
                sha256?: string;
            };
            modelsBefore?: {
                name: string;
                version: string;
                sha256?: string;
                untilMs: number;
            }[];
            engine: string;
            umPerPx?: number;
            umPerPxFrom?: string;
            calibration?: string;
            program: string;
            startedAt: number;
            endedAt?: number;
            kept: boolean;
            flags: string[];
            /** @enum {string} */
            record?: "off" | "video" | "timelapse";
            durationMs: number;
            frames: number;
            counts: {
                [key: string]: number;
            };
            cells: number;
            keyframes: number;
            live: boolean;
            recording: boolean;
            videoMs: number;
            bytes: number;
        };
        SessionDetail: {
            id: string;
            camera: string;
            source: string;
            /** @enum {string} */
            specimen: "smear" | "flow";
            operator?: string;
            specimenId?: string;
            classes: string[];
            model: {
                name: string;
                version: string;
                sha256?: string;
            };
            modelsBefore?: {
                name: string;
                version: string;
                sha256?: string;
                untilMs: number;
            }[];
            engine: string;
            umPerPx?: number;
            umPerPxFrom?: string;
            calibration?: string;
            program: string;
            startedAt: number;
            endedAt?: number;
            kept: boolean;
            flags: string[];
            /** @enum {string} */
            record?: "off" | "video" | "timelapse";
            durationMs: number;
            frames: number;
            counts: {
                [key: string]: number;
            };
            cells: number;
            keyframes: number;
            live: boolean;
            recording: boolean;
            videoMs: number;
            bytes: number;
            settings: {
                [key: string]: string | number | boolean;
            };
            events: {
                at: number;
                /** @enum {string} */
                level: "info" | "warning" | "error";
                text: string;
            }[];
            runs: {
                firstFrame: number;
                startMs: number;
                at: number;
            }[];
        };
        Cell: {
            id: number;
            class: string;
            classIndex: number;
            score: number;
            /** @enum {string} */
            state: "counted" | "waiting" | "excluded" | "withdrawn";
            island: number;
            box: [
                number,
                number,
                number,
                number
            ];
            widthUm: number;
            heightUm: number;
            sightings: number;
            firstSeenMs: number;
            lastSeenMs: number;
            cropVersion: number;
            drawing?: {
                outline: number[];
                nucleus?: number[];
                pallor?: number;
            };
            shape?: {
                areaUm2: number;
                perimeterUm: number;
                diameterUm: number;
                circularity: number;
                eccentricity: number;
                pallor?: number;
                nucleusShare?: number;
            };
            /** @enum {string} */
            correction?: "reclassified" | "deleted" | "added" | "split" | "merged";
            was?: string;
            uncertain?: boolean;
        };
        Sighting: {
            frame: number;
            atMs: number;
            box: [
                number,
                number,
                number,
                number
            ];
            class: string;
            score: number;
        };
        LedgerEntry: {
            n: number;
            atMs: number;
            /** @enum {string} */
            kind: "counted" | "split" | "merged" | "reclassified" | "withdrawn" | "excluded" | "readmitted";
            cell: number;
            class: string;
            was?: string;
            other?: number;
            island: number;
            box: [
                number,
                number,
                number,
                number
            ];
            reason: string;
        };
        Frame: {
            id: number;
            atMs: number;
            state: string;
            sharpness: number;
            island?: number;
            x?: number;
            y?: number;
            confidence?: number;
            keyframe?: number;
            video?: {
                n: number;
                ms: number;
            };
        };
        FrameCell: {
            id: number;
            class: string;
            classIndex: number;
            box: [
                number,
                number,
                number,
                number
            ];
            /** @enum {string} */
            state: "counted" | "waiting" | "excluded" | "withdrawn";
            score: number;
            sighted: boolean;
            correction?: string;
            was?: string;
            uncertain?: boolean;
        };
        Correction: {
            n: number;
            at: number;
            by: string;
            reading: 1 | 2;
            /** @enum {string} */
            kind: "reclassify" | "delete" | "add" | "split" | "merge" | "mark" | "reviewed" | "undo" | "redo";
            text: string;
            change?: components["schemas"]["Change"];
            of?: number;
            made?: number[];
            undone: boolean;
        };
        Change: {
            /** @constant */
            kind: "reclassify";
            cells: number[];
            class: string;
        } | {
            /** @constant */
            kind: "delete";
            cells: number[];
        } | {
            /** @constant */
            kind: "add";
            class: string;
            island: number;
            box: [
                number,
                number,
                number,
                number
            ];
        } | {
            /** @constant */
            kind: "split";
            cell: number;
            into: {
                class: string;
                box: [
                    number,
                    number,
                    number,
                    number
                ];
            }[];
        } | {
            /** @constant */
            kind: "merge";
            cells: number[];
            class?: string;
            box?: [
                number,
                number,
                number,
                number
            ];
        } | {
            /** @constant */
            kind: "mark";
            cells: number[];
            uncertain: boolean;
        } | {
            /** @constant */
            kind: "reviewed";
            keyframes: number[];
            reviewed: boolean;
        };
        Signature: {
            n: number;
            at: number;
            by: string;
            reading: 1 | 2;
            /** @enum {string} */
            role: "reader" | "second reader" | "supervisor";
            comment?: string;
            version: number;
            head: number;
            counts: {
                [key: string]: number;
            };
            model: string;
            calibration?: string;
            sha256: string;
            broken?: string;
        };
        ReviewState: {
            reading: 1 | 2;
            by?: string;
            version: number;
            head: number;
            undo?: string;
            redo?: string;
            counts: {
                [key: string]: {
                    counted: number;
                    n: number;
                    low: number;
                    high: number;
                    share?: {
                        value: number;
                        low: number;
                        high: number;
                    };
                };
            };
            uncertain: number;
            changes: number;
            reviewedKeyframes: number[];
            signatures: components["schemas"]["Signature"][];
            signedVersion?: number;
            locked: boolean;
        };
        Job: {
            id: string;
            /** @enum {string} */
            kind: "replay" | "training";
            /** @enum {string} */
            state: "waiting" | "running" | "stopping" | "done" | "failed" | "stopped" | "interrupted";
            request: {
                [key: string]: unknown;
            };
            done: number;
            total: number;
            text: string;
            askedAt: number;
            startedAt?: number;
            endedAt?: number;
            error?: string;
            result?: {
                [key: string]: unknown;
            };
            resumable: boolean;
        };
        Profile: {
            name: string;
            objective: string;
            camera: string;
            widthPx: number;
            heightPx: number;
            scale?: {
                umPerPx: number;
                uncertaintyUmPerPx: number;
                /** @enum {string} */
                method: "micrometer" | "length" | "red-cells" | "given";
            };
            /** @constant */
            schema: "smearscope.calibration/1";
            /** Format: date-time */
            createdAt: string;
            light?: {
                whiteBalance?: {
                    red: number;
                    green: number;
                    blue: number;
                };
                uncertainty: number;
                evenness: number;
                flatField: boolean;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
